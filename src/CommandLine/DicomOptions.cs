using System.CommandLine;
using CloudPacs.Dicom.Network;
using CloudPacs.Integration.Hosting;
using CloudPacs.Settings;

namespace CloudPacs.CommandLine;

/// <summary>Options of the verbs that open an association.</summary>
internal sealed class DicomOptions
{
    private const string AeTitle = "an AE title of 1 to 16 printable ASCII characters";

    public Option<string> Host { get; } = new("--host") { Description = "Host of the peer", DefaultValueFactory = _ => "127.0.0.1" };

    public Option<int> Port { get; } = new Option<int>("--port", "-p")
    {
        Description = "DICOM port of the peer", DefaultValueFactory = _ => OptionRules.LocalPort(static settings => settings.Dicom.Port),
    }.Within(1, 65535);

    public Option<string> Calling { get; } = new Option<string>("--calling", "--aet", "-aet")
    {
        Description = "Our AE title", DefaultValueFactory = _ => "CLOUDPACS_CLI",
    }
        .Checked(EngineSettingsValidator.BeAeTitle, AeTitle);

    public Option<string> Called { get; } = new Option<string>("--called", "--aec", "-aec")
    {
        Description = "AE title of the peer", DefaultValueFactory = _ => OptionRules.LocalSettings.Dicom.AeTitle,
    }
        .Checked(EngineSettingsValidator.BeAeTitle, AeTitle);

    public void AddTo(Command command)
    {
        command.Add(Host);
        command.Add(Port);
        command.Add(Calling);
        command.Add(Called);
    }

    /// <exception cref="StartException">The association cannot be had.</exception>
    public Task<DicomClient> ConnectAsync(ParseResult result, string sopClass, CancellationToken cancellationToken) =>
        ConnectAsync(result, [ProposedContext.LittleEndian(sopClass)], cancellationToken);

    /// <exception cref="StartException">The association cannot be had.</exception>
    public async Task<DicomClient> ConnectAsync(
        ParseResult result, IReadOnlyList<ProposedContext> contexts, CancellationToken cancellationToken)
    {
        try
        {
            return await DicomClient.ConnectAsync(new DicomClientOptions
            {
                Host = result.GetValue(Host)!,
                Port = result.GetValue(Port),
                CallingAe = result.GetValue(Calling)!,
                CalledAe = result.GetValue(Called)!,
                Contexts = contexts,
            }, TimeProvider.System, cancellationToken);
        }
        catch (DicomNetworkException e)
        {
            throw new StartException(e.Message, e);
        }
    }
}
