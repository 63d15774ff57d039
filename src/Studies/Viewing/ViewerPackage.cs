namespace CloudPacs.Studies.Viewing;

/// <summary>A published viewer, exactly as its publisher packed it: a gzipped tar file.</summary>
/// <param name="Name">What people call it, with its version and licence.</param>
/// <param name="Specification">What npm knows it by.</param>
/// <param name="PackedBytes">Length of the package.</param>
/// <param name="Digest">SHA-512 of the package, in base64: the names and contents of its files can be relied on.</param>
public sealed record ViewerPackage(string Name, string Specification, long PackedBytes, string Digest)
{
    /// <summary>The built web application of the Open Health Imaging Foundation.</summary>
    public static readonly ViewerPackage Ohif = new(
        "OHIF viewer 3.13.2 (MIT licence)",
        "@ohif/app@3.13.2",
        49_906_651,
        "WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA==");

    /// <summary>The length as it is told, such as <c>50 MB</c>.</summary>
    public string Size => FormattableString.Invariant($"{PackedBytes / 1e6:F0} MB");
}
