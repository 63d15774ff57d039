using System.Globalization;
using System.Text;
using CloudPacs.Dicom;

namespace CloudPacs.Protocols.Tests.Dicom;

/// <summary>A data set as readable text, one element a line, so that two of them compare as text.</summary>
internal static class DataSetText
{
    public static string Describe(DataSet dataSet, bool withCharacterSet = false)
    {
        var text = new StringBuilder();
        Append(dataSet, "", text, withCharacterSet);
        return text.ToString();
    }

    private static void Append(DataSet dataSet, string indent, StringBuilder text, bool withCharacterSet)
    {
        foreach (var element in dataSet)
        {
            if (element.Tag == Tags.SpecificCharacterSet && !withCharacterSet) continue;
            text.Append(CultureInfo.InvariantCulture, $"{indent}{element.Tag} {element.VR} [{string.Join('|', element.Values)}]");
            if (VrRules.For(element.VR).Kind is VrKind.Binary or VrKind.Number) text.Append(Convert.ToHexString(element.Bytes.Span));
            text.Append('\n');
            foreach (var item in element.Items)
            {
                text.Append(indent).Append("  item\n");
                Append(item, indent + "    ", text, withCharacterSet);
            }
        }
    }
}
