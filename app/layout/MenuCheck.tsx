import * as Menu from '@radix-ui/react-dropdown-menu';
import { Check } from 'lucide-react';

/** The place before an item of a menu that may be checked. */
export function MenuCheck() {
  return (
    <span className="menu-check">
      <Menu.ItemIndicator>
        <Check size={16} aria-hidden="true" />
      </Menu.ItemIndicator>
    </span>
  );
}
