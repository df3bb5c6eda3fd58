package dev.weir.core.port.memory;

import dev.weir.core.port.SecretRules;
import dev.weir.core.port.Secrets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** {@link Secrets} in memory. Thread-safe. */
public final class MemorySecrets implements Secrets {

  private final Map<String, String> values = new ConcurrentHashMap<>();

  @Override
  public Optional<String> get(String name) {
    SecretRules.checkName(name);
    return Optional.ofNullable(values.get(name));
  }

  @Override
  public void put(String name, String value) {
    SecretRules.checkName(name);
    SecretRules.checkValue(name, value);
    values.put(name, value);
  }

  @Override
  public void delete(String name) {
    SecretRules.checkName(name);
    values.remove(name);
  }
}
