import '../../app/routing/routing.css';
import type { RefObject } from 'react';
import { RoutingBody } from '../../app/routing/RoutingBody.tsx';
import type { RoutingRecord } from '../../app/routing/routing-record.ts';
import { useLiveRecord } from '../../app/routing/use-live-record.ts';

interface FrameRoutingProps {
  readonly record: RoutingRecord;
  readonly isStreaming: boolean;
  /** Where it stands. */
  readonly section: RefObject<HTMLElement | null>;
}

/** The page's own view of a routing, in a chunk that loads with the first. */
export default function FrameRouting({ record, isStreaming, section }: FrameRoutingProps) {
  const live = useLiveRecord(record, isStreaming, section);
  return <RoutingBody record={live} isStreaming={isStreaming} view={section} />;
}
