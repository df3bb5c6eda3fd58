package dev.weir.loader;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;

/** Signs plugin jars: an Ed25519 signature over the whole file, in {@code <jar>.sig}. */
public final class PluginSigner {

  private PluginSigner() {}

  /**
   * A publisher's keys as text.
   *
   * @param publicKey base 64 of 32 bytes, to be trusted by hosts
   * @param privateKey base 64 of PKCS #8, to be kept
   */
  public record Keys(String publicKey, String privateKey) {
    @Override
    public String toString() {
      return "Keys[" + publicKey + "]";
    }
  }

  public static Keys generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      return new Keys(
          Ed25519.text(pair.getPublic()),
          Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }

  /**
   * Signs the jar as it is now.
   *
   * @return the signature's file, beside the jar
   */
  public static Path sign(Path jar, String privateKey) throws IOException {
    byte[] signature = Ed25519.sign(Ed25519.privateKey(privateKey), Files.readAllBytes(jar));
    Path target = signatureOf(jar);
    Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
    Files.writeString(
        temporary, Base64.getEncoder().encodeToString(signature) + "\n", StandardCharsets.US_ASCII);
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    }
    return target;
  }

  /** Where the signature of a jar lies. */
  public static Path signatureOf(Path jar) {
    return jar.resolveSibling(jar.getFileName() + ".sig");
  }

  /** The file's SHA-512 in hex, which a deployment pins. */
  public static String sha512(Path jar) throws IOException {
    return sha512(Files.readAllBytes(jar));
  }

  static String sha512(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-512", e);
    }
  }
}
