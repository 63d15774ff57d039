using System.Runtime.InteropServices;

namespace CloudPacs.Pixels.Libraries;

/// <summary>A shared library of the system with the entry points that are used of it.</summary>
internal sealed unsafe class NativeCodecLibrary
{
    private readonly nint _handle;

    private NativeCodecLibrary(nint handle) => _handle = handle;

    /// <summary>The first of the names that loads and has every entry point asked for; else why not.</summary>
    public static NativeCodecLibrary? TryLoad(string package, string[] names, string[] entryPoints, out string? whyNot)
    {
        foreach (var name in names)
        {
            if (!NativeLibrary.TryLoad(name, out var handle)) continue;
            foreach (var entryPoint in entryPoints)
            {
                if (NativeLibrary.TryGetExport(handle, entryPoint, out _)) continue;
                whyNot = $"{name} is too old: it has no {entryPoint}";
                return null;
            }

            whyNot = null;
            return new NativeCodecLibrary(handle);
        }

        whyNot = $"{names[0]} is not installed (Debian package {package})";
        return null;
    }

    public void* this[string entryPoint] => (void*)NativeLibrary.GetExport(_handle, entryPoint);
}
