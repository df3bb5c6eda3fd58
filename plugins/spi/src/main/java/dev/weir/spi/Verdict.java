package dev.weir.spi;

/** What {@link Inbound#verify} found. */
public sealed interface Verdict {

  /**
   * A request whose signature held. Only {@link RawRequest#trusted} makes one, and the host hands
   * to {@code parse} only the one made from the very request that it asked about.
   */
  final class Trusted implements Verdict {
    private final RawRequest request;
    private final byte[] payload;

    Trusted(RawRequest request, byte[] payload) {
      this.request = request;
      this.payload = payload.clone();
    }

    public RawRequest request() {
      return request;
    }

    /** What the signature vouches for. */
    public byte[] payload() {
      return payload.clone();
    }
  }

  /** A handshake: answer this and go no further. */
  record Challenge(RawResponse response) implements Verdict {}

  /**
   * Not to be believed.
   *
   * @param reason for the log, never for the sender
   */
  record Untrusted(String reason) implements Verdict {}
}
