using CloudPacs.Dicom;

namespace CloudPacs.DicomWeb.Search;

/// <summary>What a search of studies, series or instances asks for (PS3.18 10.6, 8.3.4).</summary>
/// <param name="Path">Where the search stands.</param>
/// <param name="Keys">
/// The identifier of a C-FIND that asks the same (PS3.4 C.4.1.1.3): level, unique keys of the path, keys of the parameters. Of several
/// values of a key any may match.
/// </param>
/// <param name="WithoutValue">
/// Empty elements for what a match has no value of, items of sequences included (PS3.18 8.3.4.3).
/// </param>
/// <param name="Returned">Empty elements for what a result has, items of sequences included; null = everything there is.</param>
/// <param name="Controls">Ways of matching, and the part of the answer as it was asked for.</param>
/// <param name="Timezone">Offset from UTC that dates and times of the keys are meant in, such as <c>+0530</c>; null = the site's.</param>
/// <param name="Warnings">What was sent and is not obeyed, a sentence each for a Warning header.</param>
public sealed record StudySearch(
    SearchPath Path, DataSet Keys, DataSet WithoutValue, DataSet? Returned, SearchControls Controls, string? Timezone,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Most results of the answer: what was asked for, within what the service gives.</summary>
    public int Limit => SearchAttributes.LimitOf(Path.Level, Controls.Limit);

    /// <summary>The result as it was asked for; what the data set lacks is there without a value.</summary>
    public DataSet Select(DataSet found)
    {
        ArgumentNullException.ThrowIfNull(found);
        return Returned is null ? found : Select(found, Returned);
    }

    private static DataSet Select(DataSet found, DataSet shape)
    {
        var selected = new DataSet(shape.Count);
        foreach (var wanted in shape)
        {
            if (!found.TryGet(wanted.Tag, out var element)) selected.Add(DataElement.CreateEmpty(wanted.Tag, wanted.VR));
            else if (wanted.Items is not [{ Count: > 0 } inner] || element.Items.Count == 0) selected.Add(element);
            else selected.SetSequence(wanted.Tag, [.. element.Items.Select(item => Select(item, inner))]);
        }

        return selected;
    }
}
