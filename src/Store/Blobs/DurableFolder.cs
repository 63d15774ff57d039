using System.Runtime.InteropServices;
using System.Text;

namespace CloudPacs.Store.Blobs;

/// <summary>Folders whose entries survive the loss of power: on Unix a new name is on disk when its folder was flushed.</summary>
internal static class DurableFolder
{
    /// <summary>Makes a folder with all that it lies in, as far as they are missing; nobody else may look into what was made.</summary>
    public static void Make(string folder)
    {
        if (Directory.Exists(folder)) return;
        var parent = Path.GetDirectoryName(folder)!;
        Make(parent);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Flush(parent);
    }

    public static void Flush(string folder)
    {
        // NTFS writes names in order by itself, and lets nobody flush a folder.
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(Encoding.UTF8.GetBytes(folder + '\0'), flags: 0);
        if (descriptor < 0) throw Failed(folder);
        try
        {
            if (Sync(descriptor) < 0) throw Failed(folder);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string folder) =>
        new($"The folder {folder} cannot be flushed: {Marshal.GetLastPInvokeErrorMessage()}.");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
