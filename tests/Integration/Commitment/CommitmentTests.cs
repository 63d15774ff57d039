using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Exchange.Commitment;
using CloudPacs.Store;
using CloudPacs.Store.Commitments;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Commitment;
using Xunit;

namespace CloudPacs.Integration.Tests.Commitment;

/// <summary>What is read of a request for storage commitment, and what is said of its instances (PS3.4 annex J).</summary>
public sealed class CommitmentTests
{
    private const string Sc = Uids.SecondaryCaptureImageStorage;

    [Theory]
    [InlineData("stored", Sc, null, null)]
    [InlineData("conflict", Sc, null, null)]
    [InlineData("stored", Sc, "STU-010", null)]
    [InlineData("stored", Sc, "STU-011", null)]
    [InlineData("stored", Sc, "STU-001", 0x0110)]
    [InlineData("stored", Uids.CtImageStorage, null, 0x0119)]
    [InlineData("rejected", Sc, null, 0x0112)]
    [InlineData("missing", Sc, null, 0x0112)]
    [InlineData("missing", Sc, "INS-001", 0x0110)]
    [InlineData("missing", "1.2.3.4", null, 0x0122)]
    public void Each_instance_is_committed_or_has_its_reason(string kept, string sopClass, string? refused, int? reason)
    {
        var stored = kept == "missing" ? null : new StoredInstance(
            Guid.Empty, "1.2.3", Sc, TransferSyntax.ExplicitVrLittleEndian.Uid, 1, new InstanceBytes(Guid.Empty, 0, 1, 0, 1, default, default, default),
            StoredAttributes.None);
        var state = kept switch { "conflict" => InstanceState.PatientConflict, "rejected" => InstanceState.Rejected, _ => InstanceState.Shown };

        Assert.Equal(reason, FailureReasons.Of(new KeptInstance(new InstanceReference(sopClass, "1.2.3"), stored, state, default, refused)));
    }

    [Theory]
    [InlineData("transaction", 0x0115)]
    [InlineData("no-transaction", 0x0115)]
    [InlineData("empty", 0x0115)]
    [InlineData("item", 0x0115)]
    [InlineData("instance", 0x0112)]
    [InlineData("action", 0x0123)]
    public void What_asks_for_nothing_is_refused(string fault, int status)
    {
        var request = Request("1.2.9", (Sc, "1.2.3"));
        if (fault == "transaction") request.DataSet.Set(Tags.TransactionUid, "1.02");
        if (fault == "no-transaction") request.DataSet.Remove(Tags.TransactionUid);
        if (fault == "empty") request.DataSet.Remove(Tags.ReferencedSopSequence);
        if (fault == "item") request.DataSet.SetSequence(Tags.ReferencedSopSequence, new DataSet().Set(Tags.ReferencedSopClassUid, Sc));
        if (fault == "instance") request = request with { SopInstanceUid = "1.2.3" };
        if (fault == "action") request = request with { TypeId = 2 };

        Assert.Null(CommitmentReader.Read(request, out var refusal));
        Assert.Equal((ushort)status, refusal!.Status);
        Assert.InRange(refusal.ErrorComment!.Length, 1, 64);
    }

    [Fact]
    public void An_instance_that_is_named_twice_is_asked_for_once()
    {
        var read = CommitmentReader.Read(Request("1.2.9", (Sc, "1.2.3"), (Sc, "1.2.4"), (Sc, "1.2.3")), out var refusal);

        Assert.Null(refusal);
        Assert.Equal([new(Sc, "1.2.3"), new InstanceReference(Sc, "1.2.4")], read!.Value.Instances);
    }

    [Fact]
    public void A_report_names_each_instance_in_one_of_both_sequences()
    {
        var all = new CommitmentFinding([new(Sc, "1.2.3")], []);
        var some = new CommitmentFinding([new(Sc, "1.2.3")], [(new(Sc, "1.2.4"), FailureReasons.NoSuchInstance)]);
        var none = new CommitmentFinding([], [(new(Sc, "1.2.4"), FailureReasons.ClassConflict)]);

        Assert.Equal((1, 2, 2), (all.EventType, some.EventType, none.EventType));
        Assert.False(all.Report("1.2.9", "US").Contains(Tags.FailedSopSequence));
        Assert.False(none.Report("1.2.9", "US").Contains(Tags.ReferencedSopSequence));
        var report = some.Report("1.2.9", "US");
        Assert.Equal(("1.2.9", "US"), (report.GetString(Tags.TransactionUid), report.GetString(Tags.RetrieveAeTitle)));
        Assert.Equal("1.2.3", Assert.Single(report.GetItems(Tags.ReferencedSopSequence)).GetString(Tags.ReferencedSopInstanceUid));
        var failed = Assert.Single(report.GetItems(Tags.FailedSopSequence));
        Assert.Equal((Sc, "1.2.4", 0x0112), (failed.GetString(Tags.ReferencedSopClassUid), failed.GetString(Tags.ReferencedSopInstanceUid), failed.GetInt32(Tags.FailureReason)));
    }

    private static InstanceRequest Request(string transaction, params (string Class, string Instance)[] instances)
    {
        var dataSet = new DataSet().Set(Tags.TransactionUid, transaction).SetSequence(Tags.ReferencedSopSequence,
            [.. instances.Select(static one => References.Item(new InstanceReference(one.Class, one.Instance)))]);
        return new InstanceRequest
        {
            Association = new AssociationInfo { Id = 1, CallingAe = "CT7", CalledAe = "CLOUDPACS", RemoteEndPoint = null },
            SopClassUid = Uids.StorageCommitmentPushModel, SopInstanceUid = Uids.StorageCommitmentPushModelInstance, MessageId = 1, TypeId = 1,
            DataSet = dataSet, EncodedDataSet = default, TransferSyntax = TransferSyntax.ExplicitVrLittleEndian,
        };
    }
}
