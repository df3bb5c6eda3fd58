package dev.weir.core.port.memory;

import dev.weir.core.port.Secrets;
import java.util.Optional;

/** Secrets whose answers are lost. */
final class FaultySecrets implements Secrets {

  private final Secrets secrets;
  private final Faults faults;

  FaultySecrets(Secrets secrets, Faults faults) {
    this.secrets = secrets;
    this.faults = faults;
  }

  @Override
  public Optional<String> get(String name) {
    return faults.reading(() -> secrets.get(name));
  }

  @Override
  public void put(String name, String value) {
    faults.change(() -> secrets.put(name, value));
  }

  @Override
  public void delete(String name) {
    faults.change(() -> secrets.delete(name));
  }
}
