using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Domain.Studies;
using CloudPacs.Store;
using CloudPacs.Store.Studies;

namespace CloudPacs.Studies.Finding;

/// <summary>All that is known of what a query finds, from which its answer is taken.</summary>
internal static class StudyAnswers
{
    public static DataSet OfStudy(StoredStudy study)
    {
        var answer = Attributes.Copy(study.Attributes);
        answer.Set(Tags.StudyInstanceUid, study.StudyInstanceUid);
        answer.Set(Tags.ModalitiesInStudy, [.. study.Series.Select(static series => series.Modality).Distinct()]);
        answer.Set(Tags.NumberOfStudyRelatedSeries, Text(study.Series.Count));
        answer.Set(Tags.NumberOfStudyRelatedInstances, Text(study.Series.Sum(static series => series.Instances)));
        answer.Set(Tags.InstanceAvailability, "ONLINE");
        return answer;
    }

    /// <param name="study">The answer for its study.</param>
    /// <param name="series">The series.</param>
    public static DataSet OfSeries(DataSet study, StoredSeries series)
    {
        var answer = Over(study, series.Attributes);
        answer.Set(Tags.SeriesInstanceUid, series.SeriesInstanceUid);
        answer.Set(Tags.Modality, series.Modality);
        answer.Set(Tags.NumberOfSeriesRelatedInstances, Text(series.Instances));
        return answer;
    }

    /// <param name="series">The answer for its series.</param>
    /// <param name="instance">The instance.</param>
    public static DataSet OfInstance(DataSet series, StoredInstance instance)
    {
        // An image that was accepted still keeps whom it shows; it is answered as one of its study.
        var answer = series.Copy();
        foreach (var element in Attributes.Read(instance.Attributes))
            if (!StudyAttributes.IsOfStudy(element.Tag)) answer.Add(element);
        answer.Set(Tags.SopInstanceUid, instance.SopInstanceUid);
        answer.Set(Tags.SopClassUid, instance.SopClassUid);
        answer.Set(Tags.AvailableTransferSyntaxUid, instance.TransferSyntaxUid);
        return answer;
    }

    private static DataSet Over(DataSet upper, StoredAttributes attributes)
    {
        var answer = upper.Copy();
        foreach (var element in Attributes.Read(attributes)) answer.Add(element);
        return answer;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
