// A Matrix client that shares no code with the bot: matrix-js-sdk, with the encryption of Element (in Rust).
// It is set as strict as such a client can be: it gives no keys to, and reads nothing from, a device that its
// owner does not vouch for. One JSON object a line on standard input is a command, one on standard output an answer
// or something that was seen.

import { createInterface } from "node:readline";

for (const name of ["trace", "debug", "log", "info", "warn"]) console[name] = console.error;
const sdk = await import("matrix-js-sdk");
const { EventShieldColour, OnlySignedDevicesIsolationMode } = await import("matrix-js-sdk/lib/crypto-api/index.js");

let client;
let password;

const tell = (what) => process.stdout.write(JSON.stringify(what) + "\n");

const until = (emitter, name, holds) =>
    new Promise((resolve) => {
        const look = () => {
            if (!holds()) return;
            emitter.off(name, look);
            resolve();
        };
        emitter.on(name, look);
        look();
    });

async function see(event) {
    if (event.getId().startsWith("~")) return; // our own, before the server has it
    if (event.getType() !== "m.room.message" && !event.isDecryptionFailure()) return;
    const shield = await client.getCrypto().getEncryptionInfoForEvent(event);
    tell({
        seen: event.getId(),
        room: event.getRoomId(),
        sender: event.getSender(),
        body: event.isDecryptionFailure() ? null : event.getContent().body,
        encrypted: event.isEncrypted(),
        failure: event.decryptionFailureReason,
        shield: shield === null ? null : Object.keys(EventShieldColour).find((name) => EventShieldColour[name] === shield.shieldColour) ?? null,
    });
}

const commands = {
    async start({ url, user, password: given, vouch = true }) {
        password = given;
        const identifier = { type: "m.id.user", user };
        const login = await sdk.createClient({ baseUrl: url }).loginRequest({ type: "m.login.password", identifier, password });
        client = sdk.createClient({ baseUrl: url, userId: user, deviceId: login.device_id, accessToken: login.access_token });
        await client.initRustCrypto({ useIndexedDB: false });
        const crypto = client.getCrypto();
        crypto.setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());
        if (vouch) {
            await crypto.bootstrapCrossSigning({
                authUploadDeviceSigningKeys: (ask) => ask({ type: "m.login.password", identifier, password }),
            });
        }
        client.on(sdk.RoomEvent.Timeline, async (event, room, toStartOfTimeline) => {
            if (toStartOfTimeline) return;
            // An encrypted event tells of itself when it is decrypted, or cannot be.
            if (!event.isEncrypted()) await see(event);
        });
        client.on(sdk.MatrixEventEvent.Decrypted, see);
        await client.startClient({ initialSyncLimit: 20 });
        await until(client, sdk.ClientEvent.Sync, () => client.isInitialSyncComplete());
        return { device: login.device_id };
    },

    // An encrypted direct chat. Answers when the other is there, and known to be able to read.
    async open({ other }) {
        const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
        const made = await client.createRoom({ is_direct: true, preset: "trusted_private_chat", invite: [other], initial_state: [encryption] });
        await until(client, sdk.RoomStateEvent.Members, () => client.getRoom(made.room_id)?.getMember(other)?.membership === "join");
        return { room: made.room_id };
    },

    async say({ room, text }) {
        return { event: (await client.sendTextMessage(room, text)).event_id };
    },

    // Whether a device of somebody else is vouched for by its owner, as this client
    // sees it. It looks at the devices of those with whom it shares an encrypted chat.
    async trusts({ other, device }) {
        const status = await client.getCrypto().getDeviceVerificationStatus(other, device);
        return { known: status !== null, signed: status?.signedByOwner ?? false };
    },

    async stop() {
        client.stopClient();
        return {};
    },
};

for await (const line of createInterface({ input: process.stdin })) {
    const { do: name, ...what } = JSON.parse(line);
    try {
        tell({ done: name, ...(await commands[name](what)) });
    } catch (error) {
        tell({ done: name, error: String(error?.stack ?? error) });
    }
    if (name === "stop") break;
}
process.exit(0);
