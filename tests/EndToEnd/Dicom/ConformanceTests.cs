using System.Text.RegularExpressions;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Studies;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Dicom;

/// <summary>A running engine accepts what the conformance statement says, and nothing else.</summary>
public sealed partial class ConformanceTests(StudyEngine shared)
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "src", "CONFORMANCE.md"));

    [Fact]
    public async Task The_SOP_classes_of_the_statement_are_accepted_and_no_others()
    {
        var engine = await shared.GetAsync();
        var listed = Uid().Matches(Page).Select(static uid => uid.Value).Where(static uid => UidDictionary.TryGet(uid, out var entry) && entry.Type == "SOP Class");
        var accepted = new List<string>();
        foreach (var some in UidDictionary.All.Where(static entry => entry.Type == "SOP Class").Select(static entry => entry.Uid).Chunk(128))
        {
            await using var client = await ConnectAsync(engine, [.. some.Select(ProposedContext.LittleEndian)]);
            accepted.AddRange(some.Where(uid => client.AcceptedSyntax(uid) is not null));
            await client.ReleaseAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(listed.Distinct().Order(), accepted.Order());
    }

    [Fact]
    public async Task The_transfer_syntaxes_of_the_statement_are_accepted_for_storage_and_no_others()
    {
        var engine = await shared.GetAsync();
        var listed = Stored().Matches(Page).Select(static row => (Uid: row.Groups["uid"].Value, IsStored: row.Groups["stored"].Value == "yes")).ToList();
        await using var client = await ConnectAsync(
            engine, [.. listed.Select(static one => new ProposedContext(Uids.CtImageStorage, TransferSyntax.FromUid(one.Uid)!))]);

        Assert.NotEmpty(listed);
        Assert.All(listed, one => Assert.True(client.Accepts(Uids.CtImageStorage, TransferSyntax.FromUid(one.Uid)!) == one.IsStored, one.Uid));
        await client.ReleaseAsync(TestContext.Current.CancellationToken);
    }

    private static Task<DicomClient> ConnectAsync(TestedEngine engine, IReadOnlyList<ProposedContext> contexts) => DicomClient.ConnectAsync(
        new DicomClientOptions { Host = "127.0.0.1", Port = engine.DicomPort, CallingAe = "CT7", CalledAe = "CLOUDPACS", Contexts = contexts },
        TimeProvider.System, TestContext.Current.CancellationToken);

    [GeneratedRegex(@"1\.2\.840\.10008\.[0-9.]*[0-9]")]
    private static partial Regex Uid();

    [GeneratedRegex(@"^\| [^|]+ \| (?<uid>1\.2\.840\.10008\.1\.2[0-9.]*) \| (?<stored>yes|no) \|", RegexOptions.Multiline)]
    private static partial Regex Stored();
}
