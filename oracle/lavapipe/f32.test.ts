// The exact kernels with lanes, and subgroups of eight, on a driver that is not SwiftShader: within the tolerance of all goldens.
import { describeGoldens } from '../test-goldens.ts';
import { testedModels } from './tested-models.ts';

describeGoldens({ profile: 'lanes', subgroups: true }, testedModels(), 'lavapipe');
