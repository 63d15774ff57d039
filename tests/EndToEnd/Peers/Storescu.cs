using System.Globalization;
using System.Text.RegularExpressions;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>A modality made of DCMTK that sends images with <c>storescu</c>.</summary>
internal static partial class Storescu
{
    /// <returns>The status of each C-STORE, in the order of the files, which go over one association.</returns>
    public static Task<IReadOnlyList<int>> StoreAsync(TestedEngine engine, params IEnumerable<byte[]> files) => StoreAsAsync("CT7", engine, files);

    /// <summary>The same under an AE title of its own.</summary>
    public static async Task<IReadOnlyList<int>> StoreAsAsync(string callingAeTitle, TestedEngine engine, params IEnumerable<byte[]> files)
    {
        using var folder = new ScratchFolder();
        var paths = new List<string>();
        foreach (var file in files)
        {
            paths.Add(folder[$"{paths.Count:000}.dcm"]);
            await File.WriteAllBytesAsync(paths[^1], file, TestContext.Current.CancellationToken);
        }

        var result = await Tool.RunAsync(
            "storescu", ["-d", "-nh", "-aet", callingAeTitle, "-aec", "CLOUDPACS", "127.0.0.1", engine.DicomPort.ToString(CultureInfo.InvariantCulture), .. paths]);
        return [.. Status().Matches(result.Output + result.Errors).Select(static match => int.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
    }

    [GeneratedRegex(@"DIMSE Status\s+: 0x([0-9a-fA-F]{4})")]
    private static partial Regex Status();
}
