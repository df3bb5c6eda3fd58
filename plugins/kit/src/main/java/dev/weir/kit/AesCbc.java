package dev.weir.kit;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-CBC with PKCS #7 padding that is checked in full: the count must be in 1..block and every
 * padding byte must equal it. Verify a signature over the ciphertext first; without one, this
 * construction tells an attacker about the padding.
 */
public final class AesCbc {

  /** The padding block of most protocols, in bytes; WeChat and DingTalk pad to 32. */
  public static final int BLOCK_BYTES = 16;

  private static final int KEY_BYTES = 32;
  private static final int IV_BYTES = 16;

  private AesCbc() {}

  /**
   * Decrypts.
   *
   * @param key 32 bytes
   * @param iv 16 bytes
   * @param paddingBlock the block that padding fills up, 16 or 32 bytes
   * @return empty where the length or the padding is wrong
   */
  public static Optional<byte[]> decrypt(
      byte[] key, byte[] iv, byte[] ciphertext, int paddingBlock) {
    check(key, iv, paddingBlock);
    if (ciphertext.length == 0 || ciphertext.length % BLOCK_BYTES != 0) {
      return Optional.empty();
    }
    byte[] padded = run(Cipher.DECRYPT_MODE, key, iv, ciphertext);
    int padding = padded[padded.length - 1] & 0xff;
    if (padding == 0 || padding > paddingBlock || padding > padded.length) {
      return Optional.empty();
    }
    int wrong = 0;
    for (int i = padded.length - padding; i < padded.length; i++) {
      wrong |= padded[i] ^ padding;
    }
    return wrong == 0
        ? Optional.of(Arrays.copyOf(padded, padded.length - padding))
        : Optional.empty();
  }

  /** Encrypts; the parameters are those of {@link #decrypt}. */
  public static byte[] encrypt(byte[] key, byte[] iv, byte[] plaintext, int paddingBlock) {
    check(key, iv, paddingBlock);
    int padding = paddingBlock - plaintext.length % paddingBlock;
    byte[] padded = Arrays.copyOf(plaintext, plaintext.length + padding);
    Arrays.fill(padded, plaintext.length, padded.length, (byte) padding);
    return run(Cipher.ENCRYPT_MODE, key, iv, padded);
  }

  private static void check(byte[] key, byte[] iv, int paddingBlock) {
    if (key.length != KEY_BYTES || iv.length != IV_BYTES) {
      throw new IllegalArgumentException(
          "key " + key.length + " B != 32 B or iv " + iv.length + " B != 16 B");
    }
    if (paddingBlock != 16 && paddingBlock != 32) {
      throw new IllegalArgumentException("padding block " + paddingBlock + " not in {16, 32}");
    }
  }

  private static byte[] run(int mode, byte[] key, byte[] iv, byte[] blocks) {
    try {
      // Padding is ours because the JDK's knows only 16 and says less.
      Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
      return cipher.doFinal(blocks);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-CBC over whole blocks cannot fail", e);
    }
  }
}
