package dev.weir.host;

import dev.weir.spi.Ids;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * Ids and randomness. The secure source draws from the operating system at each call, so that two
 * processes restored from one snapshot do not agree.
 */
final class HostIds implements Ids {

  /** The most bytes of one call. */
  private static final int RANDOM_MAX_BYTES = 1024;

  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final dev.weir.core.port.Ids ids;
  private final SecureRandom random = new SecureRandom();

  HostIds(InstantSource clock) {
    this.ids = new dev.weir.core.port.Ids(clock);
  }

  @Override
  public String next() {
    return ids.next();
  }

  @Override
  public byte[] random(int bytes) {
    if (bytes < 0 || bytes > RANDOM_MAX_BYTES) {
      throw new IllegalArgumentException(
          "random bytes " + bytes + " not in 0.." + RANDOM_MAX_BYTES);
    }
    byte[] fresh = new byte[bytes];
    random.nextBytes(fresh);
    return fresh;
  }

  /** A secret of letters and digits; 32 characters hold 190 bits. */
  String secret(int characters) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < characters; i++) {
      text.append(BASE62.charAt(random.nextInt(62)));
    }
    return text.toString();
  }
}
