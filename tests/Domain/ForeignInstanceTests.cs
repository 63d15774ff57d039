using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Studies;
using CloudPacs.Store;
using CloudPacs.Store.Studies;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>Instances that another archive has: they are shown as ours, and never in two places.</summary>
public class ForeignInstanceTests
{
    private const string Archive = "OLD", Uid = "1.1.1.1";
    private static readonly InstanceBytes Here = new(new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), 7, 100, 10, 50, new byte[] { 1 }, new byte[] { 1 }, default);
    private readonly Hospital _hospital = new();

    private StudyRow Study => Assert.Single(_hospital.Workspace.Rows.OfType<StudyRow>());

    private InstanceRow Instance => Assert.Single(_hospital.Workspace.Rows.OfType<InstanceRow>());

    [Fact]
    public void An_instance_that_is_found_is_linked_like_a_stored_one_and_its_bytes_stay_where_they_are()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place));

        var (_, fate) = Give(Archive, _hospital.Orders[0].Procedures[0].StudyInstanceUid);

        Assert.Equal(InstanceFate.Stored, fate);
        Assert.Equal(LinkState.Linked, Assert.Single(Study.Links).LinkState);
        Assert.Equal((Archive, Guid.Empty), (Instance.Archive, Instance.Bytes.Pack));
        Assert.Equal(1, Study.Series[0].Instances);
    }

    [Fact]
    public void Found_again_by_the_same_archive_or_another_it_is_known()
    {
        Give(Archive);

        var fates = new[] { Give(Archive).Fate, Give("OTHER").Fate };

        Assert.Equal([InstanceFate.Known, InstanceFate.Known], fates);
        Assert.Equal(Archive, Instance.Archive);
        Assert.Equal(1, Study.Series[0].Instances);
    }

    [Fact]
    public void What_is_stored_here_stays_here_when_an_archive_has_it_too()
    {
        Give(null);

        Assert.Equal(InstanceFate.Known, Give(Archive).Fate);
        Assert.Null(Instance.Archive);
    }

    [Fact]
    public void What_an_archive_had_alone_is_ours_when_it_is_stored()
    {
        Give(Archive);

        Assert.Equal(InstanceFate.Stored, Give(null).Fate);
        Assert.Equal((null, Here.Pack, TransferSyntax.ExplicitVrLittleEndian.Uid), (Instance.Archive, Instance.Bytes.Pack, Instance.TransferSyntaxUid));
        Assert.Equal(1, Study.Series[0].Instances);
    }

    [Fact]
    public void What_the_archive_does_not_list_any_more_is_not_shown_and_told_and_comes_back()
    {
        Give(Archive);

        var outcome = Lose();

        Assert.Equal("study.missing", Assert.Single(outcome.Audit).Verb);
        Assert.Equal((InstanceState.Missing, 0), (Instance.InstanceState, Study.Series[0].Instances));
        Assert.Contains(LostInstanceCommands.Flag, Study.Flags);
        Assert.Empty(Lose().Audit);

        Give(Archive);

        Assert.Equal((InstanceState.Shown, 1), (Instance.InstanceState, Study.Series[0].Instances));
        Assert.Empty(Study.Flags);
    }

    [Fact]
    public void What_is_stored_here_is_not_lost_with_an_archive()
    {
        Give(null);

        Assert.Empty(Lose().Audit);
        Assert.Equal(InstanceState.Shown, Instance.InstanceState);
    }

    private Outcome Lose() => new LostInstanceCommands(_hospital.Context, Archive, Study.StudyInstanceUid, [Uid]).Apply(_hospital.Workspace);

    private (Outcome Outcome, InstanceFate Fate) Give(string? archive, string study = "1.1")
    {
        var commands = new StudyCommands(_hospital.Context, new InstanceDetails
        {
            StudyInstanceUid = study, SeriesInstanceUid = "1.1.1", SopInstanceUid = Uid, SopClassUid = "1.2.840.10008.5.1.4.1.1.2",
            TransferSyntaxUid = archive is null ? TransferSyntax.ExplicitVrLittleEndian.Uid : "",
            PatientId = new Identifier("MRN1", "MERCY"), Bytes = archive is null ? Here : InstanceBytes.Elsewhere, Archive = archive,
            Header = new DataSet().Set(Tags.Modality, "CT"),
        });
        return (commands.Apply(_hospital.Workspace), commands.Fate);
    }
}
