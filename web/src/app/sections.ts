import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Section } from '@/actions/registry';

export const sectionNames: Record<Section, MessageDescriptor> = {
  make: msg`Make`,
  go: msg`Go to`,
  view: msg`View`,
  app: msg`App`,
};
