using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Domain;

namespace CloudPacs.Translation.Fhir;

/// <summary>Attributes made of what a resource says, cleaned and cut as the rules of the maps do.</summary>
internal static class ReadAttributes
{
    /// <summary>Sets a text; nothing without one.</summary>
    public static void Put(this DataSet attributes, Tag tag, string? text)
    {
        if (text is null) return;
        var vr = DicomDictionary.VrOf(tag);
        var value = vr == VR.PN ? PersonName.Parse(text).Fit(out _).ToString() : VrRules.Cut(VrRules.Clean(text, vr), vr);
        if (value.Length > 0 && VrRules.FindProblem(value, vr) is null) attributes.Set(tag, vr, value);
    }

    public static void PutMany(this DataSet attributes, Tag tag, IEnumerable<string?> texts)
    {
        var vr = DicomDictionary.VrOf(tag);
        var values = texts.OfType<string>().Select(text => VrRules.Cut(VrRules.Clean(text, vr), vr))
            .Where(static value => value.Length > 0);
        if (values.ToArray() is { Length: > 0 } some) attributes.Set(tag, vr, some);
    }

    public static void PutItems(this DataSet attributes, Tag tag, IEnumerable<DataSet?> items)
    {
        DataSet[] some = [.. items.OfType<DataSet>()];
        if (some.Length > 0) attributes.SetSequence(tag, some);
    }

    /// <summary>Date and time of an instant as the site's clocks show it.</summary>
    public static void PutTime(this DataSet attributes, Tag date, Tag time, DateTimeOffset? instant, TimeZoneInfo zone)
    {
        if (instant is not { } at) return;
        var local = SiteTime.LocalOf(zone, at);
        attributes.Set(date, local.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
        attributes.Set(time, local.ToString("HHmmss", CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// What is new of attributes: what says the same as before is no news, and what is not said any more is emptied.
    /// </summary>
    public static DataSet Since(this DataSet now, DataSet before)
    {
        var news = new DataSet();
        foreach (var element in now)
        {
            if (!before.TryGet(element.Tag, out var known) || !known.IsSameAs(element)) news.Add(element);
        }

        foreach (var element in before)
        {
            if (!now.Contains(element.Tag)) news.SetEmpty(element.Tag);
        }

        return news;
    }
}
