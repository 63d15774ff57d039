using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Integration.Hosting;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs echo</c>: C-ECHO to a DICOM peer.</summary>
internal static class EchoCommand
{
    public static Command Create()
    {
        var options = new DicomOptions();
        var command = new Command("echo", "Test the connection to a DICOM peer (C-ECHO)");
        options.AddTo(command);
        var json = JsonOption.Create();
        command.Add(json);
        command.SetAction(async (result, cancellationToken) =>
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                await using var client = await options.ConnectAsync(result, Uids.Verification, cancellationToken);
                await client.EchoAsync(cancellationToken);
                await client.ReleaseAsync(cancellationToken);
                var milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                result.Output().WriteLine(result.GetValue(json)
                    ? JsonSerializer.Serialize(
                        new { called = result.GetValue(options.Called), versionName = client.PeerVersionName, milliseconds },
                        JsonOption.Format)
                    : $"{result.GetValue(options.Called)} at {result.GetValue(options.Host)}:{result.GetValue(options.Port)} answers "
                        + $"({client.PeerVersionName ?? "no version name"}, {milliseconds:0} ms)");
                return Cli.Done;
            }
            catch (DicomNetworkException e)
            {
                throw new StartException(e.Message, e);
            }
        });
        return command;
    }
}
