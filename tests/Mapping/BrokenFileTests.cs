using System.Text;
using Xunit;

namespace CloudPacs.Mapping.Tests;

/// <summary>Files that no editor of maps writes: each is refused with its name and place, the old maps stay, and nothing hangs or ends the engine.</summary>
public sealed class BrokenFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cloudpacs-maps").FullName;
    private readonly MapCatalog _catalog;

    public BrokenFileTests()
    {
        foreach (var (file, text) in MapFiles.Good) Write(file, Encoding.UTF8.GetBytes(text));
        _catalog = new MapCatalog(_directory, MapFiles.Environment, MapCatalog.Load(_directory, MapFiles.Environment).Set!);
    }

    public static TheoryData<string, byte[], string> Files => new()
    {
        { "senders/latin.yaml", Encoding.Latin1.GetBytes("sender: latin\nmatch: { MSH-3.1: M\u00dcNCHEN }\n"), "senders/latin.yaml:2:20: The file is not UTF-8 text." },
        { "senders/wide.yaml", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("sender: wide\n")], "senders/wide.yaml:1:1: The file is not UTF-8 text." },
        { "base/binary.yaml", [.. Enumerable.Range(0, 256).Select(static value => (byte)value)], "base/binary.yaml:" },
        { "base/empty.yaml", [], "base/empty.yaml:1:1: The file is empty." },
        { "base/tables/sex.ci.csv", "from,to\nM,M\n"u8.ToArray(), "base/tables/sex.csv:1:1: Another file of the folder holds the table sex too." },
        { "senders/other.yml", "sender: other\nmatch: { MSH-3.1: OTHER }\n"u8.ToArray(), "senders/other.yml:1:1: A file of this name is not read." },
        { "base/tables/huge.csv", [.. "from,to\n"u8, .. new byte[5 << 20]], "base/tables/huge.csv:1:1: The file is larger than 4 MB." },
        { "senders/deep.yaml", Encoding.ASCII.GetBytes("sender: deep\nvars: " + new string('[', 100_000)), "senders/deep.yaml:2:" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_broken_file_is_told_by_its_place_and_the_old_maps_stay(string file, byte[] content, string finding)
    {
        var before = _catalog.Current;

        Write(file, content);
        var isTaken = _catalog.Reload();

        Assert.False(isTaken);
        Assert.Same(before, _catalog.Current);
        Assert.Contains(_catalog.Diagnostics, diagnostic => diagnostic.IsError && diagnostic.ToString().StartsWith(finding, StringComparison.Ordinal) && diagnostic.Hint.Length > 0);
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/nowhere/map.yaml")]
    [InlineData("loop.yaml")]
    public void A_link_to_what_is_no_file_is_refused(string target)
    {
        var before = _catalog.Current;

        File.CreateSymbolicLink(Path.Combine(_directory, "base", "loop.yaml"), target);

        Assert.False(_catalog.Reload());
        Assert.Same(before, _catalog.Current);
        Assert.Contains(_catalog.Diagnostics, static diagnostic => diagnostic is { IsError: true, File: "base/loop.yaml" });
    }

    [Fact]
    public void A_link_to_a_file_is_read()
    {
        var elsewhere = Path.Combine(_directory, "elsewhere");
        File.WriteAllText(elsewhere, "from,to\nM,F\n");

        File.Delete(Path.Combine(_directory, "base/tables/sex.csv"));
        File.CreateSymbolicLink(Path.Combine(_directory, "base/tables/sex.csv"), elsewhere);

        Assert.True(_catalog.Reload());
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private void Write(string file, byte[] content)
    {
        var path = Path.Combine(_directory, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
