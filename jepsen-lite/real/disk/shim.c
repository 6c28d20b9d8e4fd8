/*
 * Loaded into a server by LD_PRELOAD. Remembers how much of each file below JEPSEN_DISK_DIR has been
 * synced, and lets syncs be slow or fail and writes fail as on a full disk. The table and the settings are
 * files that are mapped shared: they outlive kill -9, and another process changes the settings.
 *
 * A file is known by its inode number, so renames need no record. Reset happens before the open
 * returns, and a length is noted after the sync has succeeded: whatever the moment of death, no byte counts
 * as synced that was not.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define SLOTS (1u << 16)
#define FDS 65536

/* The layout is that of shim-state.ts. */
struct slot {
  uint64_t inode;
  uint64_t synced;
};
struct state {
  uint32_t sync_delay_ms;
  uint32_t fail_syncs;
  uint32_t full;
  uint32_t loaded;
  /* Syncs that were told to fail, since the first start. */
  uint32_t failed_syncs;
  uint32_t unused;
  struct slot slots[SLOTS];
};

static struct state *state;
static const char *folder;
static size_t folder_length;
/* Whether a descriptor is of a file below the folder. */
static volatile char ours[FDS];

/* Headers make a macro of it. */
#undef fwrite_unlocked

/* The function of the C library that the one of this name here stands in front of. */
#define REAL(name)                                         \
  ({                                                       \
    static __typeof__(&name) real;                         \
    if (real == NULL) real = dlsym(RTLD_NEXT, #name);      \
    real;                                                  \
  })

static void give_up(const char *why) {
  static const char prefix[] = "disk shim: ";
  if (REAL(write)(2, prefix, sizeof prefix - 1) >= 0) REAL(write)(2, why, strlen(why));
  _exit(70);
}

__attribute__((constructor)) static void load(void) {
  const char *path = getenv("JEPSEN_DISK_STATE");
  folder = getenv("JEPSEN_DISK_DIR");
  if (path == NULL || folder == NULL) return;
  folder_length = strlen(folder);
  int fd = REAL(open)(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) give_up("the state file can not be opened\n");
  void *mapped = mmap(NULL, sizeof(struct state), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  REAL(close)(fd);
  if (mapped == MAP_FAILED) give_up("the state file can not be mapped\n");
  state = mapped;
  __atomic_store_n(&state->loaded, 1, __ATOMIC_SEQ_CST);
}

static int is_ours(int fd) { return state != NULL && fd >= 0 && fd < FDS && ours[fd]; }

/* The slot of an inode; in a new one nothing is synced. */
static struct slot *slot_of(uint64_t inode) {
  uint32_t at = (uint32_t)((inode * 0x9E3779B97F4A7C15ull) >> 48) % SLOTS;
  for (uint32_t i = 0; i < SLOTS; i++, at = (at + 1) % SLOTS) {
    uint64_t found = __atomic_load_n(&state->slots[at].inode, __ATOMIC_SEQ_CST);
    if (found == inode) return &state->slots[at];
    if (found != 0) continue;
    /* A slot that is taken but not filled yet counts as nothing synced. */
    if (__atomic_compare_exchange_n(&state->slots[at].inode, &found, inode, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
      return &state->slots[at];
    }
    if (found == inode) return &state->slots[at];
  }
  give_up("the table is full\n");
  return NULL;
}

static int knows(uint64_t inode) {
  uint32_t at = (uint32_t)((inode * 0x9E3779B97F4A7C15ull) >> 48) % SLOTS;
  for (uint32_t i = 0; i < SLOTS; i++, at = (at + 1) % SLOTS) {
    uint64_t found = __atomic_load_n(&state->slots[at].inode, __ATOMIC_SEQ_CST);
    if (found == inode) return 1;
    if (found == 0) return 0;
  }
  return 0;
}

static void set_synced(uint64_t inode, uint64_t length) {
  __atomic_store_n(&slot_of(inode)->synced, length, __ATOMIC_SEQ_CST);
}

static void opened(int fd, const char *path) {
  if (fd < 0 || fd >= FDS) return;
  ours[fd] = 0;
  if (state == NULL || path == NULL) return;
  if (strncmp(path, folder, folder_length) != 0 || path[folder_length] != '/') return;
  struct stat info;
  if (fstat(fd, &info) != 0) return;
  if (!S_ISREG(info.st_mode)) {
    ours[fd] = S_ISDIR(info.st_mode);
    return;
  }
  int saved = errno;
  /* What was there before the first start counts as safe. */
  if (info.st_size == 0) set_synced(info.st_ino, 0);
  else if (!knows(info.st_ino)) set_synced(info.st_ino, (uint64_t)info.st_size);
  ours[fd] = 1;
  errno = saved;
}

static int is_full(int fd) { return is_ours(fd) && __atomic_load_n(&state->full, __ATOMIC_SEQ_CST) != 0; }

#define OPEN(name)                                         \
  int name(const char *path, int flags, ...) {             \
    va_list list;                                          \
    va_start(list, flags);                                 \
    mode_t mode = va_arg(list, mode_t);                    \
    va_end(list);                                          \
    int fd = REAL(name)(path, flags, mode);                \
    opened(fd, path);                                      \
    return fd;                                             \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                       \
  int name(int at, const char *path, int flags, ...) {     \
    va_list list;                                          \
    va_start(list, flags);                                 \
    mode_t mode = va_arg(list, mode_t);                    \
    va_end(list);                                          \
    int fd = REAL(name)(at, path, flags, mode);            \
    opened(fd, path);                                      \
    return fd;                                             \
  }
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(name)                                        \
  FILE *name(const char *path, const char *mode) {         \
    FILE *file = REAL(name)(path, mode);                   \
    if (file != NULL) opened(fileno(file), path);          \
    return file;                                           \
  }
FOPEN(fopen)
FOPEN(fopen64)

int close(int fd) {
  if (fd >= 0 && fd < FDS) ours[fd] = 0;
  return REAL(close)(fd);
}

int fclose(FILE *file) {
  int fd = fileno(file);
  if (fd >= 0 && fd < FDS) ours[fd] = 0;
  return REAL(fclose)(file);
}

#define WRITE(name, declared, passed)                      \
  ssize_t name declared {                                  \
    if (is_full(fd)) {                                     \
      errno = ENOSPC;                                      \
      return -1;                                           \
    }                                                      \
    return REAL(name) passed;                              \
  }
WRITE(write, (int fd, const void *data, size_t length), (fd, data, length))
WRITE(pwrite, (int fd, const void *data, size_t length, off_t at), (fd, data, length, at))
WRITE(pwrite64, (int fd, const void *data, size_t length, off64_t at), (fd, data, length, at))
WRITE(writev, (int fd, const struct iovec *parts, int count), (fd, parts, count))
WRITE(pwritev, (int fd, const struct iovec *parts, int count, off_t at), (fd, parts, count, at))
WRITE(pwritev64, (int fd, const struct iovec *parts, int count, off64_t at), (fd, parts, count, at))

#define FWRITE(name)                                                        \
  size_t name(const void *data, size_t size, size_t count, FILE *file) {    \
    if (is_full(fileno(file))) {                                            \
      errno = ENOSPC;                                                       \
      return 0;                                                             \
    }                                                                       \
    return REAL(name)(data, size, count, file);                             \
  }
FWRITE(fwrite)
FWRITE(fwrite_unlocked)

#define FFLUSH(name)                                       \
  int name(FILE *file) {                                   \
    if (file != NULL && is_full(fileno(file))) {           \
      errno = ENOSPC;                                      \
      return EOF;                                          \
    }                                                      \
    return REAL(name)(file);                               \
  }
FFLUSH(fflush)
FFLUSH(fflush_unlocked)

static void delay(void) {
  uint32_t ms = __atomic_load_n(&state->sync_delay_ms, __ATOMIC_SEQ_CST);
  if (ms == 0) return;
  struct timespec left = {ms / 1000, (long)(ms % 1000) * 1000000};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

#define SYNC(name)                                                                      \
  int name(int fd) {                                                                    \
    if (!is_ours(fd)) return REAL(name)(fd);                                            \
    delay();                                                                            \
    if (__atomic_load_n(&state->fail_syncs, __ATOMIC_SEQ_CST) != 0) {                   \
      __atomic_add_fetch(&state->failed_syncs, 1, __ATOMIC_SEQ_CST);                    \
      errno = EIO;                                                                      \
      return -1;                                                                        \
    }                                                                                   \
    struct stat info;                                                                   \
    int known = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);                         \
    int result = REAL(name)(fd);                                                        \
    if (result == 0 && known) set_synced(info.st_ino, (uint64_t)info.st_size);          \
    return result;                                                                      \
  }
SYNC(fsync)
SYNC(fdatasync)

#define FTRUNCATE(name, offset)                                                         \
  int name(int fd, offset length) {                                                     \
    int result = REAL(name)(fd, length);                                                \
    struct stat info;                                                                   \
    if (result == 0 && is_ours(fd) && fstat(fd, &info) == 0) {                          \
      struct slot *slot = slot_of(info.st_ino);                                         \
      if (slot->synced > (uint64_t)length) slot->synced = (uint64_t)length;             \
    }                                                                                   \
    return result;                                                                      \
  }
FTRUNCATE(ftruncate, off_t)
FTRUNCATE(ftruncate64, off64_t)
