package dev.weir.core.port.memory;

import dev.weir.core.port.Blobs;
import dev.weir.core.port.BlobsContract;
import java.net.URI;
import java.util.Optional;

class MemoryBlobsTest extends BlobsContract {

  private final MemoryBlobs memory = new MemoryBlobs(clock);

  @Override
  protected Blobs open() {
    return memory;
  }

  @Override
  protected Optional<byte[]> follow(URI url, Optional<byte[]> content) {
    return memory.follow(url, content);
  }
}
