package dev.weir.loader;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Ed25519 keys as text: base 64 of the 32 raw bytes (public), of PKCS #8 (private). */
final class Ed25519 {

  private static final byte[] DER_HEADER = HexFormat.of().parseHex("302a300506032b6570032100");
  private static final int KEY_BYTES = 32;

  private Ed25519() {}

  static PublicKey publicKey(String base64) {
    try {
      byte[] raw = Base64.getDecoder().decode(base64.strip());
      if (raw.length != KEY_BYTES) {
        throw new IllegalArgumentException("public key " + raw.length + " B != 32 B");
      }
      byte[] der = Arrays.copyOf(DER_HEADER, DER_HEADER.length + KEY_BYTES);
      System.arraycopy(raw, 0, der, DER_HEADER.length, KEY_BYTES);
      return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not an Ed25519 public key", e);
    }
  }

  static String text(PublicKey key) {
    byte[] der = key.getEncoded();
    return Base64.getEncoder()
        .encodeToString(Arrays.copyOfRange(der, der.length - KEY_BYTES, der.length));
  }

  static PrivateKey privateKey(String base64) {
    try {
      byte[] der = Base64.getDecoder().decode(base64.strip());
      return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // Without the cause: it may quote the key.
      throw new IllegalArgumentException("not an Ed25519 private key in PKCS #8");
    }
  }

  static byte[] sign(PrivateKey key, byte[] message) {
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(key);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }

  static boolean verify(PublicKey key, byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }
}
