using System.Globalization;
using System.Text.Json.Serialization;
using CloudPacs.Dicom.Network;

namespace CloudPacs.CommandLine;

/// <summary>What became of a file that was to be sent.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Status">Status of the C-STORE (PS3.4 table B.2-1), four hexadecimal digits; null when it was not sent.</param>
/// <param name="Comment">What the peer said of it (Error Comment); null when it said nothing.</param>
/// <param name="Fault">Why it is not stored; null when it is.</param>
internal sealed record SentFile(string File, string? Status, string? Comment, string? Fault)
{
    /// <summary>A peer may take an instance and not show it: then it says so with a success too.</summary>
    [JsonIgnore]
    public bool IsWithoutRemark => Status == "0000" && Comment is null;

    /// <summary>The same for a line.</summary>
    [JsonIgnore]
    public string Words => Fault ?? (IsWithoutRemark ? "stored" : $"taken with status {Status}H{Of(Comment)}");

    public static SentFile Unsent(string file, string fault) => new(file, null, null, fault);

    public static SentFile Answered(string file, StoreResult told)
    {
        var status = told.Status.ToString("X4", CultureInfo.InvariantCulture);
        var comment = string.IsNullOrEmpty(told.ErrorComment) ? null : told.ErrorComment;
        var isTaken = told.Status == DimseStatus.Success || DimseStatus.IsWarning(told.Status);
        return new(file, status, comment, isTaken ? null : $"refused with status {status}H{Of(comment)}");
    }

    private static string Of(string? comment) => comment is null ? "" : ": " + comment;
}
