package dev.weir.spi;

import java.util.List;

/** What the other side sends: webhooks, events, messages. */
public interface Inbound {

  /** Judges the exact bytes. Must be constant time in secrets and must not do I/O. */
  Verdict verify(RawRequest request);

  /**
   * Reads events. The host stores each under its dedupe key and acknowledges before any work.
   *
   * @return at most 100 events; empty where nothing in it concerns us
   * @throws ChannelException with {@link ErrorType#PARTNER} where the payload cannot be read
   */
  List<InboundEvent> parse(Verdict.Trusted trusted);

  /** What to answer once the events are stored. */
  default RawResponse acknowledge(Verdict.Trusted trusted) {
    return RawResponse.empty(200);
  }
}
