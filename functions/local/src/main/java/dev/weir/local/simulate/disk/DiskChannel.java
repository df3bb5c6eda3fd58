package dev.weir.local.simulate.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** An open file: read anywhere, written at its end. */
class DiskChannel extends FileChannel {

  private final Disk disk;
  private final StoredFile file;
  private long position;

  DiskChannel(Disk disk, StoredFile file) {
    this.disk = disk;
    this.file = file;
  }

  @Override
  public int read(ByteBuffer into) {
    int count = file.read(into, position);
    position += Math.max(0, count);
    return count;
  }

  @Override
  public int read(ByteBuffer into, long at) {
    return file.read(into, at);
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) {
    throw new UnsupportedOperationException("scattered reads");
  }

  @Override
  public int write(ByteBuffer bytes) {
    int count = bytes.remaining();
    file.append(bytes);
    position = file.size();
    disk.changing();
    return count;
  }

  @Override
  public int write(ByteBuffer bytes, long at) {
    throw new UnsupportedOperationException("writes inside a file");
  }

  @Override
  public long write(ByteBuffer[] bytes, int offset, int length) {
    throw new UnsupportedOperationException("gathered writes");
  }

  @Override
  public void force(boolean metaData) throws IOException {
    disk.forcing();
    file.force();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public FileChannel position(long at) {
    position = at;
    return this;
  }

  @Override
  public long size() {
    return file.size();
  }

  @Override
  public FileChannel truncate(long size) {
    disk.changing();
    file.truncate((int) size);
    position = file.size();
    return this;
  }

  @Override
  public long transferTo(long from, long count, WritableByteChannel target) {
    throw new UnsupportedOperationException("transfers");
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long from, long count) {
    throw new UnsupportedOperationException("transfers");
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long from, long size) {
    throw new UnsupportedOperationException("mapping");
  }

  @Override
  public FileLock lock(long from, long size, boolean shared) {
    throw new UnsupportedOperationException("locks");
  }

  @Override
  public FileLock tryLock(long from, long size, boolean shared) {
    throw new UnsupportedOperationException("locks");
  }

  @Override
  protected void implCloseChannel() {}
}
