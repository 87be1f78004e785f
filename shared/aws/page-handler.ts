import { createHash } from "node:crypto";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy, { type MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { type PageRequest, pageRequest } from "../contracts/page-request.ts";
import { type AnswerPage, renderAnswerPage } from "../report/answer-page.ts";
import { FORM_STYLE } from "../report/form-style.ts";
import { logError, logger } from "./handlers.ts";

export interface Page {
  readonly status: 200 | 400;
  readonly markup: string;
  /** For this link's form; goes back to us alone. */
  readonly cookie?: { readonly name: string; readonly value: string };
}

/** A request that gets no page but words; whoever sent it can read what to do. */
export class PageRefusal extends Error {
  override readonly name = "PageRefusal";
  readonly status: 400 | 403 | 404 | 410;
  readonly page: AnswerPage;

  constructor(status: PageRefusal["status"], page: AnswerPage) {
    super(page.title);
    this.status = status;
    this.page = page;
  }
}

type Answer = APIGatewayProxyStructuredResultV2;
type Guard = MiddlewareObj<unknown, Answer>;

const styleHash = createHash("sha256").update(FORM_STYLE.markup).digest("base64");

/** A page runs nothing, loads nothing, is kept nowhere, is in no frame, and tells nobody of its link. */
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "x-robots-tag": "noindex, nofollow",
};

/**
 * A handler of requests for pages. Whatever goes wrong is answered as a page in plain words; what is not
 * the reader's fault is logged, and the page says nothing of it but where to look.
 */
export function pageHandler(
  work: (request: PageRequest) => Promise<Page>,
): (event: unknown, context: Context) => Promise<Answer> {
  const handler = middy<unknown, Answer>(async (request: unknown) => {
    const { status, markup, cookie } = await work(request as PageRequest);
    const attributes = "Path=/; Secure; HttpOnly; SameSite=Strict";
    return {
      ...{ statusCode: status, headers: HEADERS, body: markup },
      ...(cookie === undefined
        ? {}
        : { cookies: [`${cookie.name}=${cookie.value}; ${attributes}`] }),
    };
  })
    .use(refusals())
    .use(injectLambdaContext(logger, { resetKeys: true }) as Guard)
    .use(parseRequest());
  return (event, context) => handler(event, context);
}

function parseRequest(): Guard {
  return {
    before: (state) => {
      const parsed = pageRequest.safeParse(state.event);
      if (!parsed.success) throw new PageRefusal(400, NOT_A_REQUEST);
      logger.appendKeys({ correlation_id: parsed.data.requestId });
      state.event = parsed.data;
    },
  };
}

const NOT_A_REQUEST: AnswerPage = { title: "This is no request for a page", paragraphs: [] };

function refusals(): Guard {
  return {
    onError: (state) => {
      const { error, event } = state;
      if (error instanceof PageRefusal) {
        logger.info("refused", { status: error.status, why: error.message });
        state.response = answer(error.status, error.page);
        return;
      }
      logError(error);
      const requestId = (event as Partial<PageRequest> | null)?.requestId;
      state.response = answer(503, {
        title: "This did not work just now",
        paragraphs: [
          "Nothing is lost: open the link again in a minute.",
          `If it still does not work, the logs say why, at request ${requestId ?? "unknown"}.`,
        ],
        mayReopen: true,
      });
    },
  };
}

function answer(statusCode: number, page: AnswerPage): Answer {
  return { statusCode, headers: HEADERS, body: renderAnswerPage(page) };
}
