using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Domain;
using CloudPacs.Store.Commitments;

namespace CloudPacs.Exchange.Availability;

/// <summary>Reads a notification that instances are available (PS3.4 table R.3.2-1).</summary>
internal static class NoticeReader
{
    /// <summary>The better ones first.</summary>
    private static readonly string[] Availabilities = ["ONLINE", "NEARLINE", "OFFLINE", "UNAVAILABLE"];

    /// <param name="sopInstanceUid">Of the notification.</param>
    /// <param name="dataSet">What was sent.</param>
    /// <param name="sender">AE title of who says it.</param>
    /// <param name="now">When it came.</param>
    /// <param name="refusal">Why it says nothing; null when it does.</param>
    public static AvailabilityNotice? Read(
        string sopInstanceUid, DataSet dataSet, string sender, DateTimeOffset now, out InstanceResult? refusal)
    {
        var (count, worst, titles) = (0, 0, new SortedSet<string>(StringComparer.Ordinal));
        if (Fault(out refusal)) return null;
        return new AvailabilityNotice
        {
            SopInstanceUid = sopInstanceUid,
            Sender = sender,
            ReceivedAt = now,
            StudyInstanceUid = dataSet.GetString(Tags.StudyInstanceUid)!,
            Instances = count,
            Availability = Availabilities[worst],
            RetrieveAes = [.. titles],
            Content = Attributes.Encode(dataSet),
        };

        bool Fault(out InstanceResult? refusal)
        {
            refusal = Missing(dataSet, Tags.StudyInstanceUid, isUid: true);
            if (!dataSet.Contains(Tags.ReferencedPerformedProcedureStepSequence))
                refusal ??= Refuse(DimseStatus.MissingAttribute, Tags.ReferencedPerformedProcedureStepSequence, "is missing (type 2)");
            var series = dataSet.GetItems(Tags.ReferencedSeriesSequence);
            if (series.Count == 0) refusal ??= NoItem(dataSet, Tags.ReferencedSeriesSequence);
            foreach (var one in series)
            {
                refusal ??= Missing(one, Tags.SeriesInstanceUid, isUid: true);
                var instances = one.GetItems(Tags.ReferencedSopSequence);
                if (instances.Count == 0) refusal ??= NoItem(one, Tags.ReferencedSopSequence);
                foreach (var instance in instances) refusal ??= Count(instance);
            }

            return refusal is not null;
        }

        InstanceResult? Count(DataSet instance)
        {
            var fault = Missing(instance, Tags.ReferencedSopClassUid, isUid: true)
                ?? Missing(instance, Tags.ReferencedSopInstanceUid, isUid: true)
                ?? Missing(instance, Tags.InstanceAvailability) ?? Missing(instance, Tags.RetrieveAeTitle);
            if (fault is not null) return fault;
            var place = Array.IndexOf(Availabilities, instance.GetString(Tags.InstanceAvailability));
            if (place < 0) return Refuse(DimseStatus.InvalidAttributeValue, Tags.InstanceAvailability, "is none of its defined terms");
            (count, worst) = (count + 1, Math.Max(worst, place));
            titles.UnionWith(instance.GetStrings(Tags.RetrieveAeTitle));
            return null;
        }
    }

    private static InstanceResult? Missing(DataSet item, Tag tag, bool isUid = false)
    {
        if (item.GetString(tag) is not { } value) return Refuse(MissingOf(item, tag), tag, "is missing (type 1)");
        return isUid && !VrRules.IsUid(value) ? Refuse(DimseStatus.InvalidAttributeValue, tag, "is not a UID") : null;
    }

    private static InstanceResult NoItem(DataSet item, Tag tag) => Refuse(MissingOf(item, tag), tag, "has no item");

    private static ushort MissingOf(DataSet item, Tag tag) =>
        item.Contains(tag) ? DimseStatus.MissingAttributeValue : DimseStatus.MissingAttribute;

    private static InstanceResult Refuse(ushort status, Tag tag, string what) =>
        new(status) { Attributes = [tag], ErrorComment = $"{DicomDictionary.NameOf(tag)} {what}" };
}
