using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CloudPacs.Archive.Disk;

/// <summary>What .NET does not say to the file system: data without its times, room ahead, holes, folders.</summary>
internal static class DiskFile
{
    private const int KeepSize = 1;
    private const int PunchHole = 2;
    private const int StartWriteOut = 2;
    private const int Interrupted = 4;
    private const int NoSpace = 28;
    private const int OverQuota = 122;

    /// <summary>What was written, and the length, are on disk when this returns. FlushToDisk would write the times too (fsync).</summary>
    /// <exception cref="IOException">They may not be; the file must not be written any more.</exception>
    public static void Sync(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        while (fdatasync(file) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted) throw new IOException($"A pack cannot be synced: {Marshal.GetPInvokeErrorMessage(error)}.", error);
        }
    }

    /// <summary>Asks for blocks ahead of what is written, so that a sync need not find them; a file system may say no.</summary>
    public static void Reserve(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux()) _ = fallocate(file, KeepSize, offset, length);
    }

    /// <summary>Starts to write what is in memory without waiting for it, so that the sync at the end has little left.</summary>
    public static void StartWriting(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux()) _ = sync_file_range(file, offset, length, StartWriteOut);
    }

    /// <summary>Gives a range back to the disk, which reads as zeros from then on; where there are no holes, zeros are written.</summary>
    public static void Erase(SafeFileHandle file, long offset, long length)
    {
        if (!OperatingSystem.IsLinux() || fallocate(file, PunchHole | KeepSize, offset, length) != 0)
        {
            var zeros = new byte[64 * 1024];
            for (var done = 0L; done < length; done += zeros.Length)
                RandomAccess.Write(file, zeros.AsSpan(0, (int)Math.Min(zeros.Length, length - done)), offset + done);
        }

        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Makes a folder, with all that it lies in, into which nobody else may look.</summary>
    public static void MakePrivateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>New, renamed and deleted names of a folder survive the loss of power when this returns.</summary>
    public static void SyncFolder(string folder)
    {
        // NTFS writes names in order by itself, and lets nobody flush a folder.
        if (OperatingSystem.IsWindows()) return;
        using var handle = new SafeFileHandle(open([.. System.Text.Encoding.UTF8.GetBytes(folder), 0], 0), ownsHandle: true);
        if (handle.IsInvalid || fsync(handle) != 0)
            throw new IOException($"The folder {folder} cannot be synced: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>A small file that is whole under its name, or is as it was.</summary>
    public static void WriteWhole(string path, ReadOnlySpan<byte> content)
    {
        using (var file = File.OpenHandle(path + FileNames.Unfinished, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, content, 0);
            Sync(file);
        }

        File.Move(path + FileNames.Unfinished, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Bytes that the engine may still take.</summary>
    public static long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Whether a disk or a quota is full, rather than broken.</summary>
    public static bool SaysFull(IOException error) =>
        error.HResult is NoSpace or OverQuota or unchecked((int)0x80070070) or unchecked((int)0x80070027);

    [DllImport("libc", SetLastError = true)]
    private static extern int fdatasync(SafeFileHandle file);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(SafeFileHandle file);

    [DllImport("libc", SetLastError = true)]
    private static extern int fallocate(SafeFileHandle file, int mode, long offset, long length);

    [DllImport("libc", SetLastError = true)]
    private static extern int sync_file_range(SafeFileHandle file, long offset, long length, uint flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int open(byte[] path, int flags);
}
