package dev.weir.tck;

import dev.weir.spi.Binding;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Secrets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Secrets in memory. Thread-safe. */
final class MemorySecrets implements Secrets {

  private final Map<String, String> channel = new ConcurrentHashMap<>();
  private final Map<String, String> bindings = new ConcurrentHashMap<>();

  void set(String name, String value) {
    channel.put(name, value);
  }

  @Override
  public String get(String name) {
    String value = channel.get(name);
    if (value == null) {
      throw new ChannelException(ErrorCode.UNAUTHORIZED, "secret " + name + " is not set");
    }
    return value;
  }

  @Override
  public Optional<String> of(Binding binding, String name) {
    return Optional.ofNullable(bindings.get(binding.id() + "\n" + name));
  }

  @Override
  public void put(Binding binding, String name, String value) {
    bindings.put(binding.id() + "\n" + name, value);
  }
}
