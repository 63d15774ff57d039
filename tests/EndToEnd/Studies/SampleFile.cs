using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>A DICOM file of another project, under UIDs of its own: many samples are one image in several syntaxes, and tests share an engine.</summary>
internal sealed class SampleFile
{
    private SampleFile(string name, byte[] bytes) => (Name, Bytes) = (name, bytes);

    public string Name { get; }

    public byte[] Bytes { get; }

    public Part10File Read() => Part10.Read(Bytes);

    /// <summary>What it is called in the addresses of DICOMweb; null when it says not all of it.</summary>
    public string? Path { get; private init; }

    public string? SopInstanceUid { get; private init; }

    public string? SeriesInstanceUid { get; private init; }

    public string? StudyInstanceUid { get; private init; }

    /// <summary>Those in the repository, and with <c>CLOUDPACS_CORPUS</c> those of the collection.</summary>
    public static IEnumerable<string> Paths
    {
        get
        {
            var own = Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, "tests", "Protocols", "Pixels", "Data"), "*.dcm");
            if (Environment.GetEnvironmentVariable("CLOUDPACS_CORPUS") is { Length: > 0 } root)
                own = own.Concat(Directory.EnumerateFiles(System.IO.Path.Combine(root, "dicom", "samples"), "*.dcm", SearchOption.AllDirectories));
            return own.DistinctBy(System.IO.Path.GetFileName).Order(StringComparer.Ordinal);
        }
    }

    /// <summary>One of those in the repository.</summary>
    public static string PathOf(string name) => System.IO.Path.Combine(Repository.Root, "tests", "Protocols", "Pixels", "Data", name + ".dcm");

    /// <summary>The same of another patient, whose id is as long.</summary>
    public SampleFile WithPatient(string id)
    {
        var bytes = (byte[])Bytes.Clone();
        var own = Read().DataSet.GetString(Tags.PatientId)!;
        if (own.Length != id.Length) throw new ArgumentException("The id must be as long as the one that is there.", nameof(id));
        Replace(bytes, own, id);
        return With(bytes);
    }

    /// <summary>The same with a first fragment that no decoder reads; whoever only looks at its length finds nothing wrong.</summary>
    public SampleFile WithDamagedFrame()
    {
        var damaged = (byte[])Bytes.Clone();
        var pixels = damaged.AsSpan().LastIndexOf((byte[])[0xE0, 0x7F, 0x10, 0x00, (byte)'O']);
        // Pixel data, table of offsets, item: behind them the frame.
        var frame = damaged.AsSpan(pixels + 12);
        frame = frame[(8 + BitConverter.ToInt32(frame[4..]))..];
        frame.Slice(8, Math.Min(64, BitConverter.ToInt32(frame[4..]))).Fill(0xFF);
        return With(damaged);
    }

    /// <param name="path">The file.</param>
    /// <param name="copy">Each copy has other UIDs, of the same length: no other byte differs.</param>
    public static SampleFile Copy(string path, string copy)
    {
        var bytes = File.ReadAllBytes(path);
        var name = System.IO.Path.GetFileName(path);
        var dataSet = Part10.Read(bytes).DataSet;
        string? Uid(Tag tag) => dataSet.GetString(tag);
        var uids = new[] { Uid(Tags.SopInstanceUid), Uid(Tags.SeriesInstanceUid), Uid(Tags.StudyInstanceUid) };
        var isPatched = Part10.Read(bytes).TransferSyntax.Uid != TransferSyntax.DeflatedExplicitVrLittleEndian.Uid;
        var renamed = uids.OfType<string>().Distinct().ToDictionary(static uid => uid, uid => isPatched ? Rename(uid, $"{copy}|{name}") : uid, StringComparer.Ordinal);
        // The longest first, as one may begin with another.
        foreach (var (old, other) in renamed.OrderByDescending(static pair => pair.Key.Length)) Replace(bytes, old, other);
        string? Renamed(string? uid) => uid is null ? null : renamed[uid];
        var (instance, series, study) = (Renamed(uids[0]), Renamed(uids[1]), Renamed(uids[2]));
        return new SampleFile(name, bytes)
        {
            SopInstanceUid = instance, SeriesInstanceUid = series, StudyInstanceUid = study,
            Path = instance is null || series is null || study is null ? null : $"studies/{study}/series/{series}/instances/{instance}",
        };
    }

    private SampleFile With(byte[] bytes) => new(Name, bytes)
    {
        SopInstanceUid = SopInstanceUid, SeriesInstanceUid = SeriesInstanceUid, StudyInstanceUid = StudyInstanceUid, Path = Path,
    };

    private static string Rename(string uid, string salt)
    {
        var seed = Encoding.UTF8.GetBytes(salt + uid);
        var digits = string.Concat(SHA512.HashData(seed).Select(static value => (char)('1' + (value % 9))));
        return string.Create(CultureInfo.InvariantCulture, $"1.3.{digits}")[..uid.Length];
    }

    private static void Replace(byte[] bytes, string old, string other)
    {
        var (search, value) = (Encoding.ASCII.GetBytes(old), Encoding.ASCII.GetBytes(other));
        for (var at = 0; bytes.AsSpan(at).IndexOf(search) is >= 0 and var found; at += found + value.Length) value.CopyTo(bytes.AsSpan(at + found));
    }
}
