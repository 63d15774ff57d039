using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Exchange.Availability;
using CloudPacs.Store;
using CloudPacs.Store.Commitments;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Availability;
using Xunit;

namespace CloudPacs.Integration.Tests.Availability;

/// <summary>What is read of a notification that instances are available, and what one says (PS3.4 table R.3.2-1).</summary>
public sealed class AvailabilityTests
{
    [Fact]
    public void The_worst_availability_counts()
    {
        var notice = NoticeReader.Read("1.2.9", Notices.Of("1.2", "ONLINE", "OFFLINE", "NEARLINE"), "PACS2", default, out var refusal);

        Assert.Null(refusal);
        Assert.Equal(("1.2", 3, "OFFLINE"), (notice!.StudyInstanceUid, notice.Instances, notice.Availability));
        Assert.Equal(["PACS2"], notice.RetrieveAes);
    }

    [Theory]
    [InlineData("study", 0x0120)]
    [InlineData("step", 0x0120)]
    [InlineData("series", 0x0120)]
    [InlineData("no-series", 0x0121)]
    [InlineData("instances", 0x0121)]
    [InlineData("uid", 0x0106)]
    [InlineData("availability", 0x0106)]
    [InlineData("ae", 0x0121)]
    public void What_says_nothing_is_refused_with_its_attribute(string fault, int status)
    {
        var notice = Notices.Of(fault == "uid" ? "1.02" : "1.2", fault == "availability" ? "online" : "ONLINE");
        var series = notice.GetItems(Tags.ReferencedSeriesSequence)[0];
        if (fault == "study") notice.Remove(Tags.StudyInstanceUid);
        if (fault == "step") notice.Remove(Tags.ReferencedPerformedProcedureStepSequence);
        if (fault == "series") notice.Remove(Tags.ReferencedSeriesSequence);
        if (fault == "no-series") notice.SetEmpty(Tags.ReferencedSeriesSequence);
        if (fault == "instances") series.SetEmpty(Tags.ReferencedSopSequence);
        if (fault == "ae") series.GetItems(Tags.ReferencedSopSequence)[0].SetEmpty(Tags.RetrieveAeTitle);

        Assert.Null(NoticeReader.Read("1.2.9", notice, "PACS2", default, out var refusal));
        Assert.Equal((ushort)status, refusal!.Status);
        Assert.Single(refusal.Attributes);
        Assert.InRange(refusal.ErrorComment!.Length, 1, 64);
    }

    [Fact]
    public void What_several_steps_made_is_told_one_by_one()
    {
        NotifiedInstance[] instances = [Instance("1.5.1", "1", "1.4.1"), Instance("1.5.2", "1", "1.4.1"), Instance("1.5.3", "2", "1.4.2"), Instance("1.5.4", "3", null)];

        var notices = AvailabilityNotices.Of("1.2", instances, "US");

        Assert.Equal(["1.4.1", "1.4.2", null], notices.Select(static notice =>
            notice.GetItems(Tags.ReferencedPerformedProcedureStepSequence) is [var step] ? step.GetString(Tags.ReferencedSopInstanceUid) : null));
        Assert.All(notices, static notice => Assert.NotNull(NoticeReader.Read("1.2.9", notice, "US", default, out _)));
        Assert.Equal(2, NoticeReader.Read("1.2.9", notices[0], "US", default, out _)!.Instances);
        Assert.Equal("UNAVAILABLE", AvailabilityNotices.Of("1.2", [instances[0] with { IsAvailable = false }], "US")[0].GetItems(Tags.ReferencedSeriesSequence)[0]
            .GetItems(Tags.ReferencedSopSequence)[0].GetString(Tags.InstanceAvailability));
        Assert.True(notices[0].GetItems(Tags.ReferencedPerformedProcedureStepSequence)[0].Contains(Tags.PerformedWorkitemCodeSequence));
    }

    private static NotifiedInstance Instance(string uid, string series, string? step)
    {
        var attributes = new DataSet();
        if (step is not null)
        {
            attributes.SetSequence(Tags.ReferencedPerformedProcedureStepSequence, new DataSet()
                .Set(Tags.ReferencedSopClassUid, Uids.ModalityPerformedProcedureStep).Set(Tags.ReferencedSopInstanceUid, step));
        }

        return new NotifiedInstance(
            new StoredSeries(Guid.Empty, series, "CT", 1, 1, new StoredAttributes(Attributes.Encode(attributes))), new InstanceReference(Uids.CtImageStorage, uid), IsAvailable: true);
    }
}
