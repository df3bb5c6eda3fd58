package dev.weir.core.port.memory;

import dev.weir.core.port.Secrets;
import dev.weir.core.port.SecretsContract;

class MemorySecretsTest extends SecretsContract {

  @Override
  protected Secrets open() {
    return new MemorySecrets();
  }
}
