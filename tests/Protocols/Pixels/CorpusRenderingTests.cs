using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Pixels;
using CloudPacs.Pixels.Rendering;
using Xunit;

namespace CloudPacs.Protocols.Tests.Pixels;

/// <summary>Every image of the samples rendered as DCMTK renders it, within one grey level.</summary>
public class CorpusRenderingTests
{
    /// <summary>What DCMTK shows otherwise, and why.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["us-implicit-palette16"] = "DCMTK reads no segmented palettes; another test compares the picture with that of pydicom.",
    };

    public static TheoryData<string> Images()
    {
        var data = new TheoryData<string>();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Pixels", "Data"), "*.dcm").Order()) data.Add(path);
        if (PixelImages.Corpus == null) return data;
        foreach (var path in Directory.EnumerateFiles(PixelImages.Corpus, "*.dcm", SearchOption.AllDirectories).Order()) data.Add(path);
        return data;
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void An_image_looks_as_DCMTK_shows_it(string path)
    {
        Peer.SkipWithout("dcmj2pnm");
        var name = Path.GetFileNameWithoutExtension(path);
        Assert.SkipWhen(Exceptions.TryGetValue(name, out var why), why ?? "");
        using var peer = new Peer();
        var count = Part10.Read(File.ReadAllBytes(path)).DataSet.GetInt32(Tags.NumberOfFrames) ?? 1;
        for (var number = 1; number <= Math.Min(count, 10); number++)
        {
            var frame = PixelImages.Read(path, number);
            if (FrameRenderer.Render(frame, new RenderRequest { Format = PictureFormat.Png }).Problem is { } problem)
            {
                Assert.Skip($"{problem.Kind}: {problem.Text}");
                return;
            }

            var file = Readable(peer, path, frame, out var frameOption);
            Picture Expect(params string[] options) => peer.Render(file, [.. frameOption, .. options]);

            var own = FrameRenderer.Draw(frame, new RenderRequest(), out var window);
            if (own.Samples == 3)
            {
                Peer.Same(Expect("+cg"), own, 1, $"{name} frame {number}");
                continue;
            }

            // DCMTK cuts values to whole numbers after the modality transformation, and takes padding for values.
            var rounding = Slope(frame.Header) % 1 == 0 ? 0 : 1;
            if (window != null) Peer.Same(Expect("+Ww", Text(window.Center), Text(window.Width)), own, Tolerance(rounding, window.Width), name);
            else if (frame.Header.GetInt32(Tags.BitsStored) is > 1 and <= 8) Peer.Same(Expect(), own, 1, name);
            else if (!frame.Header.Contains(new Tag(0x0028, 0x0120))) Peer.Same(Expect("+Wm"), own, 1, $"{name} from least to most");
            foreach (var (center, width) in new[] { (40.0, 400.0), (500, 1), (127.5, 37), (-600, 1500) })
            {
                if (rounding > 0 && width == 1) continue;
                var request = new RenderRequest { Window = new Window(center, width) };
                var expected = Expect("+Ww", Text(center), Text(width));
                Peer.Same(expected, FrameRenderer.Draw(frame, request, out _), Tolerance(rounding, width), $"{name} {center}/{width}");
            }

            var sigmoid = new RenderRequest { Window = new Window(300, 700, WindowFunction.Sigmoid) };
            Peer.Same(Expect("+Ww", "300", "700", "+Wfs"), FrameRenderer.Draw(frame, sigmoid, out _), 1, $"{name} sigmoid");
        }
    }

    /// <summary>The file, or one of the decoded frame where dcmj2pnm has no codec; that is tested by itself.</summary>
    private static string Readable(Peer peer, string path, EncodedFrame frame, out string[] frameOption)
    {
        frameOption = ["+F", PixelImages.Text(frame.Number)];
        var uid = frame.TransferSyntaxUid;
        if (!uid.Contains(".4.8", StringComparison.Ordinal) && !uid.Contains(".4.9", StringComparison.Ordinal)
            && !uid.Contains(".4.20", StringComparison.Ordinal)) return path;
        frameOption = [];
        var image = FrameDecoder.Decode(frame).Value!;
        var header = frame.Header.Copy();
        header.Remove(Tags.PixelData);
        header.Remove(Tags.NumberOfFrames);
        image.DescribeIn(header);
        PixelImages.Write(peer["native.dcm"], header, image.ToNative().ToArray());
        return peer["native.dcm"];
    }

    private static int Tolerance(double rounding, double width) => 1 + (int)Math.Ceiling(rounding * 255 / Math.Max(1, width - 1));

    private static double Slope(DataSet header) =>
        double.Parse(header.GetString(new Tag(0x0028, 0x1053)) ?? "1", NumberStyles.Float, CultureInfo.InvariantCulture);

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
