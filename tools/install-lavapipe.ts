// npm run install-lavapipe
import { NotInstallable } from './debian.ts';
import { installLavapipe } from './lavapipe.ts';

try {
  installLavapipe();
  console.log(`Lavapipe is installed. Commands use it with MIXTAB_VULKAN=lavapipe, as in
  MIXTAB_VULKAN=lavapipe npm run bench
  npm run test:lavapipe`);
} catch (error) {
  if (!(error instanceof NotInstallable)) throw error;
  console.error(`Lavapipe cannot be installed here: ${error.message}.
Where Mesa 24 or newer comes from elsewhere, commands use it with VK_ICD_FILENAMES=/path/to/lvp_icd.json, and with its folder
of libraries in LD_LIBRARY_PATH where the system does not know it.`);
  process.exitCode = 1;
}
