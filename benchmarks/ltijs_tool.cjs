// The smallest LTI tool that the README of ltijs leads to, with ltijs-sequelize on PostgreSQL.
//
// It follows the chapters "Install" and "Usage" of both: every check is left to the library, the
// key set is taken from the platform, the cookie options are those of a tool in a frame on one
// machine. Settings come as one JSON object in BENCH_LTIJS; LTIJS_HOME is where the packages are.
const { createRequire } = require("node:module");

const settings = JSON.parse(process.env.BENCH_LTIJS);
const installed = createRequire(`${process.env.LTIJS_HOME}/`);
const { Provider } = installed("ltijs");
const Database = installed("ltijs-sequelize");

async function main() {
  const { database, user, password, host, port } = settings.database;
  const plugin = new Database(database, user, password, {
    host,
    port,
    dialect: "postgres",
    logging: false,
  });
  Provider.setup("not-a-secret-in-a-benchmark", { plugin }, {
    appRoute: "/lti/launch",
    loginRoute: "/lti/login",
    keysetRoute: "/lti/jwks.json",
    cookies: { secure: false, sameSite: "Lax" },
    devMode: false,
  });
  Provider.onConnect((token, request, response) =>
    response.send(`<!doctype html><title>ltijs</title><p>${token.userInfo.email}`),
  );
  await Provider.deploy({ port: settings.port, silent: true });
  await Provider.registerPlatform({
    url: settings.platform.issuer,
    name: "Benchmark",
    clientId: settings.platform.clientId,
    authenticationEndpoint: `${settings.platform.issuer}/auth`,
    accesstokenEndpoint: `${settings.platform.issuer}/token`,
    authConfig: { method: "JWK_SET", key: settings.platform.jwks },
  });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
