namespace BatchOps.Distributed;

/// <summary>An attempt as a worker holds it.</summary>
/// <param name="Message">What was asked for.</param>
/// <param name="Delivery">How often the broker had handed the message out before.</param>
public sealed record WorkItem(WorkMessage Message, int Delivery);
