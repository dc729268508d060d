import { Cpu, Database, Info, type LucideIcon, Palette, SlidersHorizontal } from 'lucide-react';
import type { SettingsSection } from '../layout/view-store.ts';

export const SECTION_ICONS: Readonly<Record<SettingsSection, LucideIcon>> = {
  generation: SlidersHorizontal,
  appearance: Palette,
  data: Database,
  device: Cpu,
  about: Info,
};
