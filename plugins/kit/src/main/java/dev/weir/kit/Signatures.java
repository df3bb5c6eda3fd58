package dev.weir.kit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The primitives under webhook signatures. Hex is lower case; base 64 is the standard alphabet with
 * padding. Comparisons take the same time wherever the first difference is.
 */
public final class Signatures {

  /** The length of an Ed25519 public key, in bytes. */
  public static final int ED25519_KEY_BYTES = 32;

  /** The length of an Ed25519 signature, in bytes. */
  public static final int ED25519_SIGNATURE_BYTES = 64;

  /** The DER header that makes a SubjectPublicKeyInfo of a raw Ed25519 key (RFC 8410). */
  private static final byte[] ED25519_DER_HEADER =
      HexFormat.of().parseHex("302a300506032b6570032100");

  private Signatures() {}

  /** HMAC-SHA256; the key may be of any length but not empty. */
  public static byte[] hmacSha256(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  public static String hmacSha256Hex(String key, byte[] message) {
    return hex(hmacSha256(utf8(key), message));
  }

  public static String hmacSha256Base64(String key, byte[] message) {
    return Base64.getEncoder().encodeToString(hmacSha256(utf8(key), message));
  }

  public static byte[] sha256(byte[] message) {
    return digest("SHA-256", message);
  }

  public static String sha256Hex(byte[] message) {
    return hex(sha256(message));
  }

  /** For protocols that still sign with SHA-1; nothing else may use it. */
  public static String sha1Hex(byte[] message) {
    return hex(digest("SHA-1", message));
  }

  /**
   * Whether an Ed25519 signature (RFC 8032, pure) holds. False, never an exception, for a signature
   * or key that is not one.
   *
   * @param publicKey 32 raw bytes
   * @param signature 64 bytes
   */
  public static boolean ed25519(byte[] publicKey, byte[] message, byte[] signature) {
    if (publicKey.length != ED25519_KEY_BYTES || signature.length != ED25519_SIGNATURE_BYTES) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(ed25519Key(publicKey));
      verifier.update(message);
      return verifier.verify(signature);
    } catch (SignatureException | InvalidKeyException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }

  private static PublicKey ed25519Key(byte[] raw) throws GeneralSecurityException {
    try {
      return KeyFactory.getInstance("Ed25519")
          .generatePublic(new X509EncodedKeySpec(concat(ED25519_DER_HEADER, raw)));
    } catch (java.security.spec.InvalidKeySpecException e) {
      throw new InvalidKeyException(e);
    }
  }

  /** Whether both are equal, in time that depends on the presented length only. */
  public static boolean equal(String expected, String presented) {
    return equal(utf8(expected), utf8(presented));
  }

  /** Whether both are equal, in time that depends on the presented length only. */
  public static boolean equal(byte[] expected, byte[] presented) {
    return MessageDigest.isEqual(expected, presented);
  }

  /** The bytes of standard base 64, or empty where it is not exactly that. */
  public static Optional<byte[]> base64(String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      // The JDK accepts missing padding and stray bits; what was signed has one spelling.
      return Base64.getEncoder().encodeToString(bytes).equals(text)
          ? Optional.of(bytes)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The bytes of lower-case hex, or empty where it is not exactly that. */
  public static Optional<byte[]> hex(String text) {
    try {
      byte[] bytes = HexFormat.of().parseHex(text);
      return hex(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The parts one after the other, as a signature's base string is often made. */
  public static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length = Math.addExact(length, part.length);
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private static byte[] digest(String algorithm, byte[] message) {
    try {
      return MessageDigest.getInstance(algorithm).digest(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
