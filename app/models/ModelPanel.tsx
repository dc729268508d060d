import './model-panel.css';
import { Dialog } from '../layout/Dialog.tsx';
import { DeviceLine } from './DeviceLine.tsx';
import { ModelFacts } from './ModelFacts.tsx';
import { OpenModel } from './OpenModel.tsx';
import { StoredModels } from './StoredModels.tsx';

interface ModelPanelProps {
  readonly isOpen: boolean;
  onClose(): void;
}

export function ModelPanel({ isOpen, onClose }: ModelPanelProps) {
  return (
    <Dialog title="Model" isOpen={isOpen} onClose={onClose}>
      <ModelFacts />
      <OpenModel onOpened={onClose} />
      <StoredModels onOpened={onClose} />
      <DeviceLine />
    </Dialog>
  );
}
