using CloudPacs.Dicom.Network.Pdu;

namespace CloudPacs.Dicom.Network.Scp;

/// <summary>What an association request leads to: the answer to send and the contexts to serve (PS3.8 7.1.1; PS3.7 annex D.3).</summary>
internal sealed record Negotiation(AssociateParameters Answer, IReadOnlyDictionary<byte, PresentationContext> Contexts, int MaxOperations)
{
    public static Negotiation Answering(
        AssociateParameters request,
        IReadOnlyDictionary<string, IDimseService> services,
        DicomServerOptions options,
        ReadOnlyMemory<byte>? userIdentityResponse)
    {
        var answer = new AssociateParameters
        {
            CalledAe = request.CalledAe,
            CallingAe = request.CallingAe,
            Echo = request.Echo,
            MaxLength = (uint)options.MaxPduBytes,
            ImplementationClassUid = Implementation.ClassUid,
            ImplementationVersionName = Implementation.VersionName,
            UserIdentityResponse = request.UserIdentity is { IsResponseRequested: true } ? userIdentityResponse : null,
        };
        AnswerExtended(request, services, answer);
        var contexts = new Dictionary<byte, PresentationContext>();
        foreach (var proposed in request.Contexts) answer.Contexts.Add(AnswerContext(proposed, services, answer, contexts));
        foreach (var (sopClass, proposed) in request.Roles)
        {
            if (!services.TryGetValue(sopClass, out var service)) continue;
            var chosen = service.ChooseRoles(proposed);
            answer.Roles[sopClass] = new RoleSelection(chosen.IsScu && proposed.IsScu, chosen.IsScp && proposed.IsScp);
        }

        var maxOperations = 1;
        if (request.Window is { } window)
        {
            var invoked = window.Invoked == 0 ? options.MaxOperations : Math.Min(window.Invoked, options.MaxOperations);
            // We invoke one operation at a time, however many the requestor would perform.
            answer.Window = new AsynchronousWindow(invoked, 1);
            maxOperations = invoked;
        }

        return new Negotiation(answer, contexts, maxOperations);
    }

    private static ContextItem AnswerContext(
        ContextItem proposed,
        IReadOnlyDictionary<string, IDimseService> services,
        AssociateParameters answer,
        Dictionary<byte, PresentationContext> contexts)
    {
        var result = ContextResult.AbstractSyntaxNotSupported;
        // One transfer syntax item always follows; its content means nothing in a refusal.
        var syntax = TransferSyntax.ImplicitVrLittleEndian;
        if (services.TryGetValue(proposed.AbstractSyntax, out var service))
        {
            var chosen = service.ChooseTransferSyntax(proposed.TransferSyntaxes, answer.CallingAe);
            result = chosen is null ? ContextResult.TransferSyntaxesNotSupported : ContextResult.Acceptance;
            if (chosen is not null)
            {
                syntax = chosen;
                var extended = answer.ExtendedNegotiation.GetValueOrDefault(proposed.AbstractSyntax);
                contexts.Add(proposed.Id, new PresentationContext(proposed.Id, proposed.AbstractSyntax, chosen, service, extended));
            }
        }

        return new ContextItem(proposed.Id, result, "", [syntax.Uid]);
    }

    private static void AnswerExtended(
        AssociateParameters request, IReadOnlyDictionary<string, IDimseService> services, AssociateParameters answer)
    {
        foreach (var (sopClass, information) in request.ExtendedNegotiation)
        {
            if (!services.TryGetValue(sopClass, out var service)) continue;
            if (service.NegotiateExtended(sopClass, information.Span) is { } agreed) answer.ExtendedNegotiation[sopClass] = agreed;
        }
    }
}

/// <summary>An accepted presentation context of an association that we serve.</summary>
/// <param name="Id">Odd, 1 to 255.</param>
/// <param name="AbstractSyntax">The SOP class it was proposed for.</param>
/// <param name="TransferSyntax">The one syntax agreed on.</param>
/// <param name="Service">Who serves it.</param>
/// <param name="Extended">What we answered to the SOP class extended negotiation; empty when there was none.</param>
internal sealed record PresentationContext(
    byte Id, string AbstractSyntax, TransferSyntax TransferSyntax, IDimseService Service, ReadOnlyMemory<byte> Extended);
