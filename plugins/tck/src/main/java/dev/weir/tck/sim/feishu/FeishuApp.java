package dev.weir.tck.sim.feishu;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The store application as its owner registered it. No encrypt key means plaintext callbacks. */
record FeishuApp(
    String appId,
    String appSecret,
    String verificationToken,
    String encryptKey,
    String requestUrl) {

  private static final int IV_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  static FeishuApp initial() {
    return new FeishuApp(
        "cli_sim0weir0001", "sim-app-secret", "sim-verification-token", "sim-encrypt-key", "");
  }

  /** {@code sha256hex(timestamp + nonce + encryptKey + body)}. */
  String sign(String timestamp, String nonce, byte[] body) {
    MessageDigest sha256 = sha256();
    sha256.update((timestamp + nonce + encryptKey).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(sha256.digest(body));
  }

  /** Base 64 of a random IV and AES-256-CBC under SHA-256 of the encrypt key, PKCS #7 padded. */
  String encrypt(byte[] plain) {
    byte[] iv = new byte[IV_BYTES];
    RANDOM.nextBytes(iv);
    byte[] key = sha256().digest(encryptKey.getBytes(StandardCharsets.UTF_8));
    try {
      Cipher aes = Cipher.getInstance("AES/CBC/PKCS5Padding");
      aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
      byte[] sealed = new byte[IV_BYTES + aes.getOutputSize(plain.length)];
      System.arraycopy(iv, 0, sealed, 0, IV_BYTES);
      aes.doFinal(plain, 0, plain.length, sealed, IV_BYTES);
      return Base64.getEncoder().encodeToString(sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-256-CBC", e);
    }
  }

  static String random(String prefix, int bytes) {
    byte[] fresh = new byte[bytes];
    RANDOM.nextBytes(fresh);
    return prefix + HexFormat.of().formatHex(fresh);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
