package dev.weir.loader;

import dev.weir.spi.Binding;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Secrets;
import java.util.Optional;

/** Hands out declared secrets only, and remembers each value so that no log line shows it. */
public final class MaskedSecrets implements Secrets {

  private final Manifest manifest;
  private final Secrets source;
  private final Masks masks;

  public MaskedSecrets(Manifest manifest, Secrets source, Masks masks) {
    this.manifest = manifest;
    this.source = source;
    this.masks = masks;
  }

  @Override
  public String get(String name) {
    if (!manifest.secrets().containsKey(name)) {
      throw new ChannelException(
          ErrorCode.INTERNAL, "secret " + name + " is not declared by plugin " + manifest.id());
    }
    String value = source.get(name);
    masks.add(value);
    return value;
  }

  @Override
  public Optional<String> of(Binding binding, String name) {
    Optional<String> value = source.of(binding, name);
    value.ifPresent(masks::add);
    return value;
  }

  @Override
  public void put(Binding binding, String name, String value) {
    masks.add(value);
    source.put(binding, name, value);
  }
}
