package dev.weir.local.port;

import dev.weir.core.port.PortException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM in two layers: a value under a key of its own, that key under the key file's. Each
 * layer is bound to the name, so that two envelopes cannot change places. Layout: version byte,
 * nonce (12) + wrapped key (32 + 16), nonce (12) + value (n + 16).
 */
final class Envelope {

  static final int KEY_BYTES = 32;

  private static final byte VERSION = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final int LAYER_BYTES = NONCE_BYTES + TAG_BYTES;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key;

  Envelope(byte[] key) {
    this.key = key.clone();
  }

  byte[] seal(String name, byte[] value) {
    byte[] own = new byte[KEY_BYTES];
    RANDOM.nextBytes(own);
    return ByteBuffer.allocate(1 + LAYER_BYTES + KEY_BYTES + LAYER_BYTES + value.length)
        .put(VERSION)
        .put(encrypt(key, name, own))
        .put(encrypt(own, name, value))
        .array();
  }

  byte[] open(String name, byte[] envelope) {
    if (envelope.length < 1 + LAYER_BYTES + KEY_BYTES + LAYER_BYTES || envelope[0] != VERSION) {
      throw new PortException("secret " + name + " is not an envelope of version " + VERSION);
    }
    byte[] wrapped = new byte[LAYER_BYTES + KEY_BYTES];
    byte[] sealed = new byte[envelope.length - 1 - wrapped.length];
    ByteBuffer.wrap(envelope, 1, envelope.length - 1).get(wrapped).get(sealed);
    return decrypt(decrypt(key, name, wrapped), name, sealed);
  }

  private static byte[] encrypt(byte[] key, String name, byte[] plain) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, name, nonce).doFinal(plain);
      return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot do AES-GCM", e);
    }
  }

  private static byte[] decrypt(byte[] key, String name, byte[] layer) {
    byte[] nonce = new byte[NONCE_BYTES];
    byte[] sealed = new byte[layer.length - NONCE_BYTES];
    ByteBuffer.wrap(layer).get(nonce).get(sealed);
    try {
      return cipher(Cipher.DECRYPT_MODE, key, name, nonce).doFinal(sealed);
    } catch (GeneralSecurityException e) {
      throw new PortException("secret " + name + " was not sealed with this key, or changed", e);
    }
  }

  private static Cipher cipher(int mode, byte[] key, String name, byte[] nonce)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    GCMParameterSpec parameters = new GCMParameterSpec(TAG_BYTES * 8, nonce);
    cipher.init(mode, new SecretKeySpec(key, "AES"), parameters);
    cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
