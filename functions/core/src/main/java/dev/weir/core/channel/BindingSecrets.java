package dev.weir.core.channel;

import dev.weir.core.json.Json;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Secrets;
import dev.weir.core.port.Sha256;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Secrets of bindings (a workspace's token), sealed with AES-256-GCM under the deployment's master
 * key. Channel, binding and name are authenticated with each, so that a row that is copied
 * elsewhere does not open. Thread-safe; the key is read at each use and never kept, so that no
 * snapshot of a process holds it.
 */
public final class BindingSecrets {

  /** Where {@link Secrets} holds the master key: base 64 of 32 bytes. */
  public static final String KEY_NAME = "bindings/key";

  /** The longest secret, in bytes of UTF-8. */
  public static final int VALUE_MAX_BYTES = 32 << 10;

  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final String FORM = "v1.";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Table table;
  private final Secrets secrets;

  public BindingSecrets(Ports ports) {
    this.table = ports.table();
    this.secrets = ports.secrets();
  }

  /** Makes the master key where there is none; to be called once when a deployment is made. */
  public static void createKeyIfAbsent(Secrets secrets) {
    if (secrets.get(KEY_NAME).isEmpty()) {
      byte[] key = new byte[KEY_BYTES];
      RANDOM.nextBytes(key);
      secrets.put(KEY_NAME, Base64.getEncoder().encodeToString(key));
    }
  }

  /** Seals a secret, replacing one of the same name. */
  public void seal(String channelId, String bindingId, String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("secret name \"" + name + "\" is not " + NAME);
    }
    byte[] plain = value.getBytes(StandardCharsets.UTF_8);
    if (plain.length > VALUE_MAX_BYTES) {
      throw new IllegalArgumentException(
          "secret " + name + " " + plain.length + " B > " + VALUE_MAX_BYTES + " B");
    }
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    byte[] box = run(Cipher.ENCRYPT_MODE, nonce, plain, aad(channelId, bindingId, name));
    byte[] sealed = ByteBuffer.allocate(nonce.length + box.length).put(nonce).put(box).array();
    String body = Json.write(Map.of("sealed", FORM + Base64.getEncoder().encodeToString(sealed)));
    Write write = Write.put(Keys.secret(channelId, bindingId, name), body);
    if (!Tables.commit(table, List.of(write)).applied()) {
      throw new PortException("secret " + name + " may not be sealed (channel " + channelId + ")");
    }
  }

  /**
   * Opens a secret; empty where there is none.
   *
   * @throws IllegalStateException where the row was altered or sealed under another key or name
   */
  public Optional<String> open(String channelId, String bindingId, String name) {
    return table
        .get(Keys.secret(channelId, bindingId, name))
        .map(item -> Json.parseTree(item.body()).path("sealed").asText())
        .map(sealed -> unseal(sealed, aad(channelId, bindingId, name)));
  }

  /** Removes all secrets of a binding. */
  public void erase(String channelId, String bindingId) {
    Table.Query all = Table.Query.prefix(Keys.channel(channelId), Keys.secretPrefix(bindingId));
    List<Write> deletes = new ArrayList<>();
    Tables.forEach(table, all, item -> deletes.add(Write.delete(item.key())));
    for (int from = 0; from < deletes.size(); from += Table.WRITES_MAX) {
      List<Write> some = deletes.subList(from, Math.min(from + Table.WRITES_MAX, deletes.size()));
      if (!Tables.commit(table, List.copyOf(some)).applied()) {
        throw new PortException("secrets may not be erased (channel " + channelId + ")");
      }
    }
  }

  private String unseal(String sealed, byte[] aad) {
    if (!sealed.startsWith(FORM)) {
      throw new IllegalStateException("sealed secret is of an unknown form");
    }
    byte[] bytes = Base64.getDecoder().decode(sealed.substring(FORM.length()));
    if (bytes.length < NONCE_BYTES) {
      throw new IllegalStateException("sealed secret is cut off");
    }
    byte[] nonce = Arrays.copyOf(bytes, NONCE_BYTES);
    byte[] box = Arrays.copyOfRange(bytes, NONCE_BYTES, bytes.length);
    return new String(run(Cipher.DECRYPT_MODE, nonce, box, aad), StandardCharsets.UTF_8);
  }

  private byte[] run(int mode, byte[] nonce, byte[] input, byte[] aad) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(key(), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(aad);
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a binding's secret does not open", e);
    }
  }

  private byte[] key() {
    String text =
        secrets
            .get(KEY_NAME)
            .orElseThrow(() -> new PortException("secret " + KEY_NAME + " is not set"));
    byte[] key = Base64.getDecoder().decode(text);
    if (key.length != KEY_BYTES) {
      throw new IllegalStateException("secret " + KEY_NAME + " " + key.length + " B != 32 B");
    }
    return key;
  }

  private static byte[] aad(String channelId, String bindingId, String name) {
    return Sha256.hexOfFields("binding-secret", channelId, bindingId, name)
        .getBytes(StandardCharsets.US_ASCII);
  }
}
