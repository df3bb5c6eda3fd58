package dev.weir.core.port.memory;

import dev.weir.core.port.Blobs;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Blobs whose answers are lost and whose reads fail. */
final class FaultyBlobs implements Blobs {

  private final Blobs blobs;
  private final Faults faults;

  FaultyBlobs(Blobs blobs, Faults faults) {
    this.blobs = blobs;
    this.faults = faults;
  }

  @Override
  public Stat put(String name, InputStream content, long length) throws IOException {
    return faults.changing(() -> blobs.put(name, content, length));
  }

  @Override
  public boolean putIfAbsent(String name, InputStream content, long length) throws IOException {
    return faults.changing(() -> blobs.putIfAbsent(name, content, length));
  }

  @Override
  public String putContent(InputStream content) throws IOException {
    return faults.changing(() -> blobs.putContent(content));
  }

  @Override
  public Optional<InputStream> open(String name) throws IOException {
    return faults.reading(() -> blobs.open(name));
  }

  @Override
  public Optional<InputStream> open(String name, long offset, long length) throws IOException {
    return faults.reading(() -> blobs.open(name, offset, length));
  }

  @Override
  public Optional<Stat> stat(String name) throws IOException {
    return faults.reading(() -> blobs.stat(name));
  }

  @Override
  public List<String> list(String prefix, String after, int limit) throws IOException {
    return faults.reading(() -> blobs.list(prefix, after, limit));
  }

  @Override
  public void delete(String name) throws IOException {
    faults.change(() -> blobs.delete(name));
  }

  @Override
  public URI presignGet(String name, Duration lifetime) {
    return blobs.presignGet(name, lifetime);
  }

  @Override
  public URI presignPut(String name, Duration lifetime) {
    return blobs.presignPut(name, lifetime);
  }
}
